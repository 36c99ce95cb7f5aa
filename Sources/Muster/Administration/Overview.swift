/// What a client of each protocol needs to know of this CA: the object that `init --json` and `endpoints --json` print.
struct Overview: Codable, Sendable {
    struct CertificateAuthority: Codable, Sendable {
        let name: String
        /// PEM files.
        let rootFile: String
        let chainFile: String
        /// Hex, lowercase, without separators.
        let rootSHA256: String
        let rootSHA1: String
        let issuerSHA256: String
        /// PEM file: the SCEP registration authority.
        let raFile: String
    }

    struct Endpoint: Codable, Sendable {

        let `protocol`: String
        let name: String
        let url: String
        var challenge: String?
        var username: String?
        var password: String?
        /// Present, and true, only where the endpoint is closed.
        var isDisabled: Bool?

        private enum CodingKeys: String, CodingKey {
            case `protocol`, name, url, challenge, username, password
            case isDisabled = "disabled"
        }
    }

    let ca: CertificateAuthority
    let endpoints: [Endpoint]

    init(ca: CertificateAuthority, endpoints: [Endpoint]) {
        self.ca = ca
        self.endpoints = endpoints
    }
}
