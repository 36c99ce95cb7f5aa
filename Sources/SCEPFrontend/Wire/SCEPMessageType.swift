/// The messageType attribute (RFC 8894 §3.2.1.2, and the drafts before it).
package enum SCEPMessageType: Int, Sendable, CaseIterable {
    case certRep = 3
    case renewalReq = 17
    /// Of the drafts alone; the RFC dropped it.
    case updateReq = 18
    case pkcsReq = 19
    /// GetCertInitial in the drafts.
    case certPoll = 20
    case getCert = 21
    case getCRL = 22

    /// Nil for any text but the exact decimal number of a known type.
    package init?(text: String) {
        guard let found = Self.allCases.first(where: { String($0.rawValue) == text }) else { return nil }
        self = found
    }

    /// The name that RFC 8894 (for 18: the drafts) gives the message.
    package var name: String {
        switch self {
        case .certRep: "CertRep"
        case .renewalReq: "RenewalReq"
        case .updateReq: "UpdateReq"
        case .pkcsReq: "PKCSReq"
        case .certPoll: "CertPoll"
        case .getCert: "GetCert"
        case .getCRL: "GetCRL"
        }
    }
}
