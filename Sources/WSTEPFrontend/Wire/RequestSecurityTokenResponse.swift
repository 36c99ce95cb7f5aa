import Foundation

/// `wst:RequestSecurityTokenResponseCollection` with its one response, children in the order that AD CS sends.
package struct RequestSecurityTokenResponse: Sendable {
    /// Issued, or waiting for a person.
    package enum Disposition: Sendable {
        /// The leaf and its chain, DER.
        case issued(certificate: [UInt8], chain: [[UInt8]])
        /// Waits for a person since `received`; ask again at `pollURL`, this very service.
        case pending(pollURL: String, received: Date)

        /// These exact words: an old client compares them and takes any other for an error.
        package var message: String {
            switch self {
            case .issued: "Issued"
            case .pending: "Taken Under Submission"
            }
        }
    }

    package let disposition: Disposition
    /// Positive and below 2³¹: 0 would read as none.
    package let requestID: UInt32

    package init(disposition: Disposition, requestID: UInt32) {
        self.disposition = disposition
        self.requestID = requestID
    }

    /// The whole message.
    package func encoded(relatesTo: String?) -> [UInt8] {
        SOAPReply.encode(action: SOAPAction.requestSecurityTokenResponse, relatesTo: relatesTo) { writer in
            writer.element("RequestSecurityTokenResponseCollection", ["xmlns": Namespace.trust]) { writer in
                writer.element("RequestSecurityTokenResponse") { encodeChildren(into: &$0) }
            }
        }
    }

    private func encodeChildren(into writer: inout XMLWriter) {
        writer.element("TokenType", text: RequestSecurityToken.tokenType)
        writer.element("DispositionMessage", ["xml:lang": "en-US", "xmlns": Namespace.enrollment], text: disposition.message)
        BinarySecurityToken(bytes: fullResponse.encoded()).encode(as: .pkcs7, into: &writer)
        writer.element("RequestedSecurityToken") { writer in
            switch disposition {
            case .issued(let certificate, _):
                BinarySecurityToken(bytes: certificate).encode(as: .x509v3, into: &writer)
            case .pending(let pollURL, _):
                writer.element("SecurityTokenReference", ["xmlns": Namespace.security]) { writer in
                    writer.emptyElement("Reference", ["URI": pollURL])
                }
            }
        }
        writer.element("RequestID", ["xmlns": Namespace.enrollment], text: String(requestID))
    }

    private var fullResponse: CMCResponse {
        switch disposition {
        case .issued(let certificate, let chain):
            CMCResponse(status: .success, message: disposition.message, certificates: [certificate] + chain)
        case .pending(_, let received):
            CMCResponse(status: .pending(requestID: requestID, received: received), message: disposition.message, certificates: [])
        }
    }
}
