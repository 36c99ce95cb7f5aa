extension SOAPFault {
    /// The CA's own word about a request (`RequestSecurityTokenCertificateEnrollmentWSDetailFault`): s:Receiver without a subcode.
    /// - Parameter invalidRequest: true when the request is at fault, nil when trying again may help.
    package init(enrollment code: HRESULT, reason: String, invalidRequest: Bool? = true) {
        self.init(.receiver, reason: reason, detail: EnrollmentFaultDetail(errorCode: code, invalidRequest: invalidRequest))
    }
}
