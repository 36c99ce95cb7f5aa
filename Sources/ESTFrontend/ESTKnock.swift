import ESTWire
import PKIFormats

/// What an HTTP request to this door says, without HTTP: what the decoder reads.
struct ESTKnock: Sendable {
    let operation: ESTOperation
    /// The label of the URL; `default` where it has none.
    let label: String
    let peer: String?
    let userAgent: String?
    /// User name and password of HTTP Basic.
    let basic: (username: String, password: String)?
    /// What the client presented in the TLS handshake, DER, leaf first. Its key's possession is proved, nothing else.
    let clientCertificates: [[UInt8]]
    var body: [UInt8]

    static let defaultLabel = "default"

    /// The layout that the answer takes.
    var layout: ESTBody.Layout {
        switch operation {
        case .caCertificates, .requestAttributes: ESTBody.Layout(userAgent: userAgent)
        case .enroll, .reenroll: ESTBody.Layout(of: body)
        }
    }
}
