import EnrollmentCore
import WSTEPFrontend

/// The URLs that a client of each protocol is given.
struct EndpointLinks: Sendable {
    private let urls: Configuration.URLs
    private let caName: String

    init(_ configuration: Configuration) {
        urls = configuration.urls
        caName = configuration.name
    }

    /// The word of the client's protocol and its URL; Windows enrollment is two services behind one endpoint.
    func urls(of endpoint: Endpoint) -> [(protocol: String, url: String)] {
        let label = endpoint.label
        switch endpoint.protocolName {
        case .scep: return [("scep", "\(urls.http)/scep/\(label)")]
        case .est: return [("est", "\(urls.est)/.well-known/est" + (label == "default" ? "" : "/\(label)"))]
        case .acme: return [("acme", "\(urls.https)/acme/\(label)/directory")]
        case .wstep:
            let links = WSTEPLinks(baseURL: urls.https, caName: caName)
            return [("xcep", links.url(.policy, label: label)), ("wstep", links.url(.enrollment, label: label))]
        case .operator, .system: return []
        }
    }
}
