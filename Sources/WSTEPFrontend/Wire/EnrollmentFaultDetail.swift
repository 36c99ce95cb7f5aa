/// `CertificateEnrollmentWSDetail` (MS-WSTEP 3.1.4.1.3.7): what the CA itself says about a request.
package struct EnrollmentFaultDetail: Sendable, Equatable {
    package let errorCode: HRESULT
    /// True: the CA refused this request. Nil: the server is in trouble and the client may try again.
    package let invalidRequest: Bool?
    /// The number of a stored request, where there is one.
    package let requestID: UInt32?

    package init(errorCode: HRESULT, invalidRequest: Bool?, requestID: UInt32? = nil) {
        self.errorCode = errorCode
        self.invalidRequest = invalidRequest
        self.requestID = requestID
    }

    /// All four children, in the schema's order, nil where empty.
    func encode(into writer: inout XMLWriter) {
        writer.element("CertificateEnrollmentWSDetail", ["xmlns": Namespace.enrollment, "xmlns:xsi": Namespace.instance]) { writer in
            writer.nilElement("BinaryResponse")
            writer.element("ErrorCode", text: String(errorCode.signed))
            if let invalidRequest {
                writer.element("InvalidRequest", text: invalidRequest ? "true" : "false")
            } else {
                writer.nilElement("InvalidRequest")
            }
            if let requestID {
                writer.element("RequestID", text: String(requestID))
            } else {
                writer.nilElement("RequestID")
            }
        }
    }
}
