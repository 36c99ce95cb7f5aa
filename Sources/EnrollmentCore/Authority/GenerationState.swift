/// Where a key generation of an authority stands. An authority has at most one `next` and one `active` generation.
package enum GenerationState: String, Sendable, CaseIterable, Codable {
    /// Its key and certificate exist; it issues only what is addressed to it.
    case next
    /// Issues.
    case active
    /// Replaced: signs its revocation lists and its OCSP delegation until its last certificate has expired.
    case retiring
    /// Over: signs nothing any more; kept so that what it issued can be read.
    case archived

    /// Whether the generation still answers for the certificates it issued.
    package var signsStatus: Bool {
        switch self {
        case .next, .active, .retiring: true
        case .archived: false
        }
    }
}
