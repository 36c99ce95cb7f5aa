import EnrollmentCore
import PKIFormats

extension Overview {
    private static let order = ["scep", "est", "acme", "xcep", "wstep"]

    /// All endpoints that a network reaches, in the order of the protocols, without credentials.
    init(_ configuration: Configuration, _ directory: DataDirectory, root: Certificate, issuing: Certificate, catalog: Catalog) {
        let links = EndpointLinks(configuration)
        var entries: [Endpoint] = []
        for endpoint in catalog.endpoints where endpoint.protocolName.isReachable {
            for (word, url) in links.urls(of: endpoint) {
                entries.append(Endpoint(protocol: word, name: endpoint.name, url: url, isDisabled: endpoint.isEnabled ? nil : true))
            }
        }
        func rank(_ entry: Endpoint) -> Int { Self.order.firstIndex(of: entry.protocol) ?? Self.order.count }
        endpoints = entries.sorted { (rank($0), $0.name) < (rank($1), $1.name) }
        ca = CertificateAuthority(
            name: configuration.name, rootFile: directory.root, chainFile: directory.chain, rootSHA256: root.fingerprint(.sha256).hex,
            rootSHA1: root.fingerprint(.sha1).hex, issuerSHA256: issuing.fingerprint(.sha256).hex, raFile: directory.registrationAuthority)
    }

    /// The same with what a client of each default endpoint needs to be let in.
    func adding(_ credentials: LabCredentials) -> Overview {
        let endpoints = endpoints.map { endpoint in
            var endpoint = endpoint
            switch endpoint.name {
            case DefaultEndpoints.scep: endpoint.challenge = credentials.challenge
            case DefaultEndpoints.est: endpoint.add(credentials.est)
            case DefaultEndpoints.wstep: endpoint.add(credentials.wstep)
            default: break
            }
            return endpoint
        }
        return Overview(ca: ca, endpoints: endpoints)
    }
}

extension Overview.Endpoint {
    fileprivate mutating func add(_ login: LabCredentials.Login) {
        username = login.username
        password = login.password
    }
}
