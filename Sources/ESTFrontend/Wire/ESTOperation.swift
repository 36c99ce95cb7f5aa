/// The operations of RFC 7030 §3.2.2 that this server offers, as they stand in the URL.
package enum ESTOperation: String, Sendable, CaseIterable {
    case caCertificates = "cacerts"
    case requestAttributes = "csrattrs"
    case enroll = "simpleenroll"
    case reenroll = "simplereenroll"

    /// The only HTTP method it is asked with.
    package var method: String {
        switch self {
        case .caCertificates, .requestAttributes: "GET"
        case .enroll, .reenroll: "POST"
        }
    }
}
