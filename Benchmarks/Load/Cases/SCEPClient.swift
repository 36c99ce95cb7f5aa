import Foundation
import PKIFormats
import SCEPWire
import SigningKeys

/// One RSA key and the self-signed certificate with which a device signs its messages.
struct SCEPClient: Sendable {
    private let key: SoftwareKey
    private let signer: Certificate

    /// The pkiStatus attribute of a CertRep, as it stands in the message.
    static let success = pkiStatus("0")
    static let pending = pkiStatus("3")

    init(key: SoftwareKey) async throws {
        self.key = key
        let name = DistinguishedName(commonName: "throw-away")
        let start = Date(timeIntervalSince1970: Date.now.timeIntervalSince1970.rounded() - 3600)
        let fields = TBSCertificate(
            serialNumber: [1], signatureAlgorithm: .rsaSHA256, issuer: name,
            validity: Validity(notBefore: start, notAfter: start.addingTimeInterval(86_400)), subject: name, publicKey: key.publicKey,
            extensions: []
        ).encoded()
        signer = try await Certificate(toBeSigned: fields, algorithm: .rsaSHA256, signature: key.sign(fields))
    }

    /// A PKCSReq message.
    func message(_ name: String, challenge: String, to recipient: Certificate, isPlain: Bool) async throws -> [UInt8] {
        let request: CertificationRequest
        if isPlain {
            let info = CertificationRequest.toBeSigned(
                subject: DistinguishedName(commonName: name), publicKey: key.publicKey,
                attributes: [RequestAttribute.challengePassword(challenge)])
            request = try await CertificationRequest(info: info, algorithm: key.defaultAlgorithm, signature: key.sign(info))
        } else {
            request = try await Device.request(name, key: key, challenge: challenge)
        }
        let envelope = try CMSEnvelopedData.encrypt(request.der, to: recipient, cipher: .aes128CBC, keyTransport: .rsaPKCS1)
        let attributes = CMSSignedData.signedAttributes(
            contentType: OIDs.data, messageDigest: HashAlgorithm.sha256.digest(envelope), signingTime: .now,
            extra: [
                (SCEPAttributeType.transactionID, SCEPString(printable: name).der),
                (SCEPAttributeType.messageType, SCEPString(printable: "19").der),
                (SCEPAttributeType.senderNonce, DERBytes.octetString(Array(name.utf8.suffix(16)))),
            ])
        return CMSSignedData.assemble(
            content: envelope, contentType: OIDs.data, digest: .sha256, signedAttributes: attributes, signer: signer,
            signature: try await key.sign(attributes, algorithm: .rsaSHA256), certificates: [signer])
    }

    private static func pkiStatus(_ value: String) -> [UInt8] {
        DERBytes.sequence(SCEPAttributeType.pkiStatus.der, DERBytes.set(of: [SCEPString(printable: value).der]))
    }
}
