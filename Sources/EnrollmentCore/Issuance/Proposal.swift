import PKIFormats

/// What the client would like to get: a wish list, never copied into a certificate.
package struct Proposal: Sendable {
    package let certificationRequest: CertificationRequest
    /// The template that the client names, by MS extension, URL or message.
    package let templateHint: String?
    /// Whether the endpoint still takes a proof of possession over SHA-1, for devices that know nothing better.
    package let acceptsSHA1: Bool
    /// Whether the request's own signature was verified before it came here.
    let isSignatureProven: Bool

    package init(_ certificationRequest: CertificationRequest, templateHint: String? = nil, acceptsSHA1: Bool = false) {
        self.init(certificationRequest, templateHint, acceptsSHA1, isSignatureProven: false)
    }

    package init(_ proven: ProvenRequest, templateHint: String? = nil, acceptsSHA1: Bool = false) {
        self.init(proven.request, templateHint, acceptsSHA1, isSignatureProven: true)
    }

    private init(_ certificationRequest: CertificationRequest, _ templateHint: String?, _ acceptsSHA1: Bool, isSignatureProven: Bool) {
        self.certificationRequest = certificationRequest
        self.acceptsSHA1 = acceptsSHA1
        self.templateHint = templateHint ?? certificationRequest.templateName
        self.isSignatureProven = isSignatureProven
    }

    package var publicKey: SubjectPublicKeyInfo { certificationRequest.publicKey }
    package var commonName: String? { certificationRequest.subject.commonName }
    package var alternativeNames: [GeneralName] { certificationRequest.subjectAlternativeNames }
}
