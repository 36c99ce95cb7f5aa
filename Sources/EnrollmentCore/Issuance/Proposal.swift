import PKIFormats

/// What the client would like to get: a wish list, never copied into a certificate.
package struct Proposal: Sendable {
    package let certificationRequest: CertificationRequest
    /// The template that the client names, by MS extension, URL or message.
    package let templateHint: String?
    /// Whether the endpoint still takes a proof of possession over SHA-1, for devices that know nothing better.
    package let acceptsSHA1: Bool

    package init(_ certificationRequest: CertificationRequest, templateHint: String? = nil, acceptsSHA1: Bool = false) {
        self.certificationRequest = certificationRequest
        self.acceptsSHA1 = acceptsSHA1
        self.templateHint = templateHint ?? certificationRequest.templateName
    }

    package var publicKey: SubjectPublicKeyInfo { certificationRequest.publicKey }
    package var commonName: String? { certificationRequest.subject.commonName }
    package var alternativeNames: [GeneralName] { certificationRequest.subjectAlternativeNames }
}
