import PKIFormats

/// A certificate to which clients may encrypt, and the one thing its RSA key may be used for here.
package struct SCEPRecipient: Sendable {
    /// Why a key operation gave no result; the cause of a failed decryption is not told, and must not be.
    package enum Failure: Error, Sendable {
        /// The bounded pool that serves the key is full.
        case overloaded(retryAfter: Duration)
        case failed
    }

    package let certificate: Certificate
    /// The key identifier of the CA generation that is asked by using this certificate; nil: the one that issues now.
    package let addressee: [UInt8]?
    /// Who answers what was encrypted to it, where that is not the identity's signer: an RA that the client has and the next or the
    /// former generation's.
    package let signer: SCEPSigner?
    /// Opens a CMS EnvelopedData (in its ContentInfo) that names `certificate` as a recipient.
    package let decrypt: @Sendable (_ enveloped: [UInt8]) async throws(Failure) -> [UInt8]

    package init(
        certificate: Certificate, addressee: [UInt8]? = nil, signer: SCEPSigner? = nil,
        decrypt: @escaping @Sendable ([UInt8]) async throws(Failure) -> [UInt8]
    ) {
        self.certificate = certificate
        self.addressee = addressee
        self.signer = signer
        self.decrypt = decrypt
    }
}
