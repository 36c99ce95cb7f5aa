import PKIFormats

/// A request pkiMessage (RFC 8894 §3.2): read, not yet verified and not decrypted.
///
/// Only what can be answered with a CertRep becomes a value: CMS SignedData with exactly one signer, whose certificate is enclosed, and
/// a transactionID. The signer is the certificate that the SignerInfo names, wherever it stands among the enclosed ones.
///
/// An object, because a value so large would lie in every asynchronous frame that a message waits in.
package final class SCEPMessage: Sendable {
    package let raw: [UInt8]
    package let attributes: SCEPAttributes
    /// Nil for MD5 and others that this program does not compute: such a message is answered, but never taken for signed.
    package let digest: HashAlgorithm?
    package let digestOID: OID
    package let signer: Certificate
    /// The signer's key, ready for all that it is good for: the message, the request inside, the reply.
    package let signerKey: VerificationKey
    /// The pkcsPKIEnvelope, a CMS EnvelopedData in a ContentInfo; for every request type it is required.
    package let envelope: [UInt8]
    private let signedData: CMSSignedData
    private let signerInfo: CMSSignerInfo

    package init(ber: [UInt8]) throws(FormatError) {
        let signedData = try CMSSignedData(ber: ber)
        guard signedData.contentType == OIDs.data else { throw FormatError("pkiMessage", "eContentType is not id-data") }
        guard let signerInfo = signedData.signerInfos.first, signedData.signerInfos.count == 1 else {
            throw FormatError("pkiMessage", "there must be exactly one SignerInfo")
        }
        guard let signer = signedData.signer(of: signerInfo) else {
            throw FormatError("pkiMessage", "the signer's certificate is not enclosed")
        }
        guard signerInfo.signedAttributes.contains(where: { $0.oid == OIDs.contentType }),
            signerInfo.signedAttributes.contains(where: { $0.oid == OIDs.messageDigest })
        else { throw FormatError("pkiMessage", "contentType or messageDigest is not signed") }
        attributes = try SCEPAttributes(signerInfo.signedAttributes)
        envelope = signedData.content ?? []
        digest = signerInfo.digest
        digestOID = signerInfo.digestOID
        raw = ber
        self.signer = signer
        signerKey = VerificationKey(signer.publicKey)
        self.signedData = signedData
        self.signerInfo = signerInfo
    }

    /// Nil when the attribute is missing or names no type of SCEP.
    package var type: SCEPMessageType? { attributes.messageType.flatMap { SCEPMessageType(text: $0.text) } }

    /// The name of the type, for operators; of an unknown type the letters and digits that the client wrote, at most 20.
    package var typeName: String {
        guard let text = attributes.messageType?.text else { return "messageType missing" }
        return type?.name ?? "messageType '\(text.filter { $0.isASCII && ($0.isLetter || $0.isNumber) }.prefix(20))'"
    }

    /// Whether the message digest and the signature hold under the signer's key. Says nothing about who the signer is.
    package var isSignatureValid: Bool { signedData.verify(signerInfo, key: signerKey) }
}
