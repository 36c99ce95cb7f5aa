import PKIFormats

/// An RA certificate whose RSA key decrypts requests and signs replies, with the two things that key may do.
///
/// The key itself stays with whoever makes this value. `issuers` are the CA certificates above it: issuing CA, intermediates, root.
package struct SCEPRecipient: Sendable {
    /// Why a key operation gave no result; the cause of a failed decryption is not told, and must not be.
    package enum Failure: Error, Sendable {
        /// The bounded pool that serves the key is full.
        case overloaded(retryAfter: Duration)
        case failed
    }

    package let certificate: Certificate
    package let issuers: [Certificate]
    /// Signs a message with the given algorithm.
    package let sign: @Sendable (_ message: [UInt8], _ algorithm: SignatureAlgorithm) async throws(Failure) -> [UInt8]
    /// Opens a CMS EnvelopedData (in its ContentInfo) that names `certificate` as a recipient.
    package let decrypt: @Sendable (_ enveloped: [UInt8]) async throws(Failure) -> [UInt8]

    package init(
        certificate: Certificate, issuers: [Certificate],
        sign: @escaping @Sendable ([UInt8], SignatureAlgorithm) async throws(Failure) -> [UInt8],
        decrypt: @escaping @Sendable ([UInt8]) async throws(Failure) -> [UInt8]
    ) {
        self.certificate = certificate
        self.issuers = issuers
        self.sign = sign
        self.decrypt = decrypt
    }
}
