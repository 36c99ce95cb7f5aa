import Foundation
import PKIFormats

/// A reply pkiMessage (RFC 8894 §3.3.2) up to its signature, which the caller makes over ``signedAttributes(digest:signingTime:)``.
package struct CertRep: Sendable {
    /// What a CertRep carries, by its pkiStatus (RFC 8894 §3.3.2).
    package enum Body: Sendable {
        /// A CMS EnvelopedData for the signer of the request.
        case success(envelope: [UInt8])
        case pending
        case failure(SCEPFailInfo, text: String, hresult: Int32)
    }

    package let transactionID: SCEPString
    package let recipientNonce: [UInt8]?
    package let senderNonce: [UInt8]
    package let body: Body
    /// Whether eContent is left out where there is no envelope.
    package let leavesEmptyContentOut: Bool

    package init(answering request: SCEPAttributes, senderNonce: [UInt8], body: Body, leavesEmptyContentOut: Bool = false) {
        transactionID = request.transactionID
        recipientNonce = request.senderNonce
        self.senderNonce = senderNonce
        self.body = body
        self.leavesEmptyContentOut = leavesEmptyContentOut
    }

    package var status: SCEPStatus {
        switch body {
        case .success: .success
        case .pending: .pending
        case .failure: .failure
        }
    }

    /// Without an envelope present and empty, or else nil: certmonger and pyscep fail on an absent eContent.
    package var content: [UInt8]? {
        switch body {
        case .success(let envelope): envelope
        case .pending, .failure: leavesEmptyContentOut ? nil : []
        }
    }

    /// The SET OF Attribute to be signed, strict DER.
    package func signedAttributes(digest: HashAlgorithm, signingTime: Date) -> [UInt8] {
        var extra: [(OID, [UInt8])] = [
            (SCEPAttributeType.messageType, Self.number(SCEPMessageType.certRep.rawValue)),
            (SCEPAttributeType.pkiStatus, Self.number(status.rawValue)),
            (SCEPAttributeType.transactionID, transactionID.der),
            (SCEPAttributeType.senderNonce, DERBytes.octetString(senderNonce)),
        ]
        if let recipientNonce {
            extra.append((SCEPAttributeType.recipientNonce, DERBytes.octetString(recipientNonce)))
        }
        if case .failure(let failInfo, let text, let hresult) = body {
            extra.append((SCEPAttributeType.failInfo, Self.number(failInfo.rawValue)))
            extra.append((SCEPAttributeType.failInfoText, DERBytes.utf8String(String(text.prefix(500)))))
            extra.append((SCEPAttributeType.microsoftError, Self.number(Int(hresult))))
        }
        return CMSSignedData.signedAttributes(
            contentType: OIDs.data, messageDigest: digest.digest(content ?? []), signingTime: signingTime, extra: extra)
    }

    /// The finished reply. `signature` is over `signedAttributes` with that digest, by the key of `signer`.
    package func assemble(signedAttributes: [UInt8], digest: HashAlgorithm, signer: Certificate, signature: [UInt8]) -> [UInt8] {
        CMSSignedData.assemble(
            content: content, contentType: OIDs.data, digest: digest, signedAttributes: signedAttributes, signer: signer,
            signature: signature, certificates: [signer])
    }

    /// PrintableString with a short-form length, which iOS insists on.
    private static func number(_ value: Int) -> [UInt8] { SCEPString(printable: String(value)).der }
}
