/// The pkiStatus attribute (RFC 8894 §3.2.1.3).
package enum SCEPStatus: Int, Sendable, CaseIterable {
    case success = 0
    case failure = 2
    case pending = 3
}
