import PKIFormats
import SigningKeys

/// What the key of a CA that was made for it does besides its typed signatures: it opens what SCEP clients encrypt to the CA, and signs
/// the attributes of its replies (RFC 8894 §2.1.2). Only where the CA's own certificate says so, and with a software key.
package struct CAModeKey: Sendable {
    package let certificate: Certificate
    private let key: SoftwareKey

    /// Nil for a CA that was not made for CA mode.
    init?(_ identity: AuthorityIdentity, key: any SigningKey) {
        guard let certificate = identity.certificate, Self.suits(certificate), let key = key as? SoftwareKey else { return nil }
        self.certificate = certificate
        self.key = key
    }

    /// Whether a CA's certificate lets it open and sign messages itself.
    package static func suits(_ certificate: Certificate) -> Bool {
        certificate.publicKey.kind.isRSA && certificate.keyUsage?.isSuperset(of: [.digitalSignature, .keyEncipherment]) == true
    }

    /// As `DecryptingKey.decrypt`.
    package func decrypt(enveloped: [UInt8]) async throws -> [UInt8] { try await key.decrypt(enveloped: enveloped, recipient: certificate) }

    /// - Parameter attributes: a DER SET. Whatever else is refused: certificates, lists and OCSP responses are SEQUENCEs.
    package func sign(attributes: [UInt8], algorithm: SignatureAlgorithm) async throws -> [UInt8] {
        guard attributes.first == 0x31 else { throw FormatError("signed attributes", "not a SET") }
        return try await key.sign(attributes, algorithm: algorithm)
    }
}
