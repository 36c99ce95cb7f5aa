import Foundation
import PKIFormats
import SigningKeys
import TestSupport

/// What the tests of this target share: a directory with keys and self-signed certificates that OpenSSL made.
/// `NAME.key` and `NAME.pem` for each of `rsa`, `p256`, `p384`, `p521`, `ed25519`.
final class Lab: Sendable {
    static let kinds = ["rsa", "p256", "p384", "p521", "ed25519"]
    private static let made = Task { try await Lab() }

    /// The lab, made at the first call.
    static var shared: Lab {
        get async throws { try await made.value }
    }

    let directory: TemporaryDirectory

    private init() async throws {
        directory = try TemporaryDirectory()
        try await openssl("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out rsa.key")
        for curve in ["256", "384", "521"] {
            try await openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-\(curve) -out p\(curve).key")
        }
        try await openssl("genpkey -algorithm ED25519 -out ed25519.key")
        for kind in Self.kinds {
            try await openssl(
                "req -x509 -new -key \(kind).key -subj /C=CH/O=Lab/CN=\(kind).test -days 30 -out \(kind).pem -addext subjectAltName=DNS:\(kind).test"
                    + " -addext keyUsage=critical,digitalSignature,keyEncipherment,keyCertSign,cRLSign")
        }
    }

    /// Runs openssl in the lab's directory; the arguments are what stands between the spaces.
    @discardableResult
    func openssl(_ arguments: String, input: [UInt8]? = nil) async throws -> CommandResult {
        try await Command.run("openssl", arguments.split(separator: " ").map(String.init), input: input, in: directory.path).checked()
    }

    func certificate(_ kind: String) throws -> Certificate { try Certificate(pem: directory.text("\(kind).pem")) }

    func key(_ kind: String) throws -> SoftwareKey { try SoftwareKey(pem: directory.text("\(kind).key")) }

    /// A certificate of our own writing for `subject`, signed by the lab's `issuer`.
    func issue(_ extensions: [CertificateExtension], subject: DistinguishedName, key: SubjectPublicKeyInfo, issuer: String = "p256")
        async throws -> Certificate
    {
        let signer = try self.key(issuer)
        let now = Date(timeIntervalSince1970: Date().timeIntervalSince1970.rounded(.down))
        let toBeSigned = TBSCertificate(
            serialNumber: [0x00, 0xD1, 0x22], signatureAlgorithm: signer.defaultAlgorithm, issuer: try certificate(issuer).subject,
            validity: Validity(notBefore: now.addingTimeInterval(-60), notAfter: now.addingTimeInterval(3600)), subject: subject,
            publicKey: key,
            extensions: extensions
        ).encoded()
        return try Certificate(toBeSigned: toBeSigned, algorithm: signer.defaultAlgorithm, signature: try await signer.sign(toBeSigned))
    }
}
