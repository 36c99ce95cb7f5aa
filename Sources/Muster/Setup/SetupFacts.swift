/// What a client must know of an endpoint, with a secret that was minted for it: the object that `endpoint setup --json` prints.
struct SetupFacts: Codable, Sendable {
    let target: SetupTarget
    let endpoint: String
    let url: String
    /// The password page and the challenge hook, over TLS.
    let adminURL: String
    let challengeURL: String
    /// The names that the secret covers.
    let covers: [String]
    var challenge: String?
    var username: String?
    var password: String?
    let rootFile: String
    /// Hex, lowercase.
    let rootSHA1: String
    let rootSHA256: String
    let issuerSHA1: String
    let issuerSHA256: String
    /// Configuration profile, for MDMs that take one.
    var profile: String?
    /// Base64 of a PKCS #12 file for a proxy, and its passphrase.
    var pkcs12: String?
    var pkcs12Passphrase: String?
    /// A script for a shell, or lines for a device's own prompt.
    var commands: String?
    var steps: [String] = []
    var renewal = ""
    var limits: [String] = []
}
