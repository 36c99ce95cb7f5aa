/// What a RequestSecurityToken asks for.
package enum RequestType: Sendable, Equatable {
    /// A certificate, new or renewed.
    case issue
    /// The state of an earlier request.
    case queryTokenStatus
    /// The CA's key-archival certificate.
    case keyExchange

    package init?(uri: String) {
        switch uri {
        case Namespace.trust + "/Issue": self = .issue
        case Namespace.enrollment + "/QueryTokenStatus": self = .queryTokenStatus
        case Namespace.trust + "/KET": self = .keyExchange
        default: return nil
        }
    }
}
