import Foundation
import PKIFormats
import SCEPWire
import SigningKeys

/// A SCEP client made of the same codecs as the server, with a knob for everything that a client may do wrong.
struct SCEPTestClient: Sendable {
    var key: SoftwareKey
    /// Signs the messages: self-signed at first, the enrolled certificate at a renewal.
    var signer: Certificate
    var digest = HashAlgorithm.sha256
    var cipher = ContentCipher.aes256CBC
    var transactionID = SCEPString(printable: "42")
    var nonce: [UInt8]? = (0..<16).map { $0 }

    /// RSA keys are slow to make, and no test depends on a fresh one.
    static let keys: [SoftwareKey] = (0..<3).compactMap { _ in try? SoftwareKey.generate(.rsa2048) }

    init(key: SoftwareKey, name: String = "throw-away", digest: HashAlgorithm = .sha256) async throws {
        self.key = key
        self.digest = digest
        signer = try await Self.selfSigned(key, name: name)
    }

    static func selfSigned(_ key: SoftwareKey, name: String) async throws -> Certificate {
        let subject = DistinguishedName(commonName: name)
        let start = Date(timeIntervalSince1970: 1_760_000_000)
        let fields = TBSCertificate(
            serialNumber: [7], signatureAlgorithm: key.defaultAlgorithm, issuer: subject,
            validity: Validity(notBefore: start, notAfter: start.addingTimeInterval(5 * 365 * 86_400)), subject: subject,
            publicKey: key.publicKey,
            extensions: [])
        let bytes = fields.encoded()
        return try await Certificate(toBeSigned: bytes, algorithm: key.defaultAlgorithm, signature: key.sign(bytes))
    }

    /// A certification request of `key`, or of another key where a test wants them to differ.
    func csr(
        name: String = "device-1", subject: DistinguishedName? = nil, challenge: String? = nil, extensions: [CertificateExtension] = [],
        key other: (any SigningKey)? = nil,
        algorithm: SignatureAlgorithm? = nil
    ) async throws -> CertificationRequest {
        var attributes: [(oid: OID, values: [[UInt8]])] = []
        if let challenge { attributes.append(RequestAttribute.challengePassword(challenge)) }
        if !extensions.isEmpty { attributes.append(RequestAttribute.extensionRequest(extensions)) }
        let key: any SigningKey = other ?? self.key
        let info = CertificationRequest.toBeSigned(
            subject: subject ?? DistinguishedName(commonName: name), publicKey: key.publicKey, attributes: attributes)
        let algorithm = algorithm ?? key.defaultAlgorithm
        return try await CertificationRequest(info: info, algorithm: algorithm, signature: key.sign(info, algorithm: algorithm))
    }

    /// A pkiMessage that carries `content` encrypted to `recipient`.
    func message(_ content: [UInt8], type: String = "19", to recipient: Certificate) async throws -> [UInt8] {
        try await message(envelope: CMSEnvelopedData.encrypt(content, to: recipient, cipher: cipher, keyTransport: .rsaPKCS1), type: type)
    }

    /// A pkiMessage around a finished envelope.
    func message(envelope: [UInt8], type: String? = "19", extra more: [(OID, [UInt8])] = []) async throws -> [UInt8] {
        var extra: [(OID, [UInt8])] = [(SCEPAttributeType.transactionID, transactionID.der)]
        if let type { extra.append((SCEPAttributeType.messageType, SCEPString(printable: type).der)) }
        if let nonce { extra.append((SCEPAttributeType.senderNonce, DERBytes.octetString(nonce))) }
        let attributes = CMSSignedData.signedAttributes(
            contentType: OIDs.data, messageDigest: digest.digest(envelope), signingTime: Date(timeIntervalSince1970: 1_765_000_000),
            extra: extra + more)
        let algorithm: SignatureAlgorithm =
            switch digest {
            case .sha1: .rsaSHA1
            case .sha256: .rsaSHA256
            case .sha384: .rsaSHA384
            case .sha512: .rsaSHA512
            }
        let signature = try await key.sign(attributes, algorithm: key.publicKey.kind.isRSA ? algorithm : key.defaultAlgorithm)
        return CMSSignedData.assemble(
            content: envelope, contentType: OIDs.data, digest: digest, signedAttributes: attributes, signer: signer, signature: signature,
            certificates: [signer])
    }
}
