/// A PKCS #10 request that its own key was found to have signed: whoever holds one need not verify again.
package struct ProvenRequest: Sendable {
    package let request: CertificationRequest

    /// Nil when the signature does not verify under the request's key, which `key` must be.
    package init?(_ request: CertificationRequest, under key: VerificationKey) {
        guard request.isSelfSignatureValid(under: key) else { return nil }
        self.request = request
    }
}
