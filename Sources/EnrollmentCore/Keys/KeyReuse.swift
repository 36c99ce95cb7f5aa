/// Whether a key may have more than one certificate that is neither expired nor revoked.
package enum KeyReuse: String, Sendable, CaseIterable, Codable {
    /// Each certificate has a key of its own; a renewal too needs a new one.
    case never
    /// Further certificates only for the same subject, or for the same principal at the same endpoint.
    case sameHolder
    case any
}
