import PKIFormats

/// The certificate whose RSA key signs replies: one that clients got by GetCACert, for Apple takes no other.
package struct SCEPSigner: Sendable {
    package let certificate: Certificate
    /// Signs a message with the given algorithm.
    package let sign: @Sendable (_ message: [UInt8], _ algorithm: SignatureAlgorithm) async throws(SCEPRecipient.Failure) -> [UInt8]

    package init(
        certificate: Certificate,
        sign: @escaping @Sendable ([UInt8], SignatureAlgorithm) async throws(SCEPRecipient.Failure) -> [UInt8]
    ) {
        self.certificate = certificate
        self.sign = sign
    }
}
