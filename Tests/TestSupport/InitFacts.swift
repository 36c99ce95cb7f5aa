/// What `muster init --json` and `muster endpoints --json` print.
package struct InitFacts: Decodable, Sendable {
    package struct CA: Decodable, Sendable {
        package let name: String
        package let rootFile: String
        package let chainFile: String
        package let rootSHA256: String
        package let rootSHA1: String
        package let issuerSHA256: String
        package let raFile: String
    }

    package struct Endpoint: Decodable, Sendable {
        /// `scep`, `est`, `acme`, `xcep` or `wstep`.
        package let `protocol`: String
        package let name: String
        package let url: String
        package let challenge: String?
        package let username: String?
        package let password: String?

        /// The same endpoint reached at another URL.
        func at(_ url: String) -> Endpoint {
            Endpoint(protocol: self.protocol, name: name, url: url, challenge: challenge, username: username, password: password)
        }
    }

    package let ca: CA
    package let endpoints: [Endpoint]

    /// The endpoint of a protocol that `init` makes.
    package func endpoint(_ protocolName: String) throws -> Endpoint {
        guard let found = endpoints.first(where: { $0.protocol == protocolName }) else {
            throw CommandFailure("init made no \(protocolName) endpoint")
        }
        return found
    }
}
