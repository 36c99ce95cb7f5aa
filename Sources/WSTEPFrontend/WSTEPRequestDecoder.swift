import EnrollmentCore
import PKIFormats
import WSTEPWire

/// From the bytes of a POST to a `WSTEPRequest`: XML, envelope, action, user, operation, in this order.
struct WSTEPRequestDecoder: Sendable {
    /// What was understood before something was found wrong: the reply relates to it.
    private(set) var messageID: String?

    mutating func decode(_ body: [UInt8], contentType: String?, service: WSTEPService) throws(WSTEPRejection) -> WSTEPRequest {
        let root: ParsedElement
        do throws(FormatError) {
            root = try XMLDocumentParser.parse(body)
        } catch {
            throw WSTEPRejection(SOAPFault(.sender, reason: "The message is refused: \(error.reason)."))
        }
        messageID = SOAPEnvelope.messageID(of: root)
        do throws(SOAPFault) {
            let type = try SOAPContentType(contentType)
            let envelope = try SOAPEnvelope(root)
            try Self.check(action: envelope, type: type, service: service)
            let token = try UsernameToken(envelope.security)
            let credential = PasswordCredential(username: token.username, password: token.password)
            return WSTEPRequest(credential: credential, operation: try Self.operation(envelope.body, service: service))
        } catch {
            throw WSTEPRejection(error)
        }
    }

    /// The action header, the content type's and the body must say the same.
    private static func check(action envelope: SOAPEnvelope, type: SOAPContentType, service: WSTEPService) throws(SOAPFault) {
        let (action, body) =
            switch service {
            case .policy: (SOAPAction.getPolicies, GetPoliciesRequest.name)
            case .enrollment: (SOAPAction.requestSecurityToken, RequestSecurityToken.name)
            }
        if service == .enrollment, envelope.action == SOAPAction.keyExchange { throw archivalRefused }
        guard envelope.action == action, type.action == nil || type.action == action, envelope.body.name == body else {
            throw SOAPFault(.sender, [.actionNotSupported], reason: "The action and the body do not fit this service.")
        }
    }

    private static func operation(_ body: ParsedElement, service: WSTEPService) throws(SOAPFault) -> WSTEPRequest.Operation {
        switch service {
        case .policy:
            do throws(FormatError) {
                return .getPolicies(try GetPoliciesRequest(body))
            } catch {
                throw SOAPFault(.sender, reason: error.reason)
            }
        case .enrollment:
            let request = try RequestSecurityToken(body)
            switch request.type {
            case .keyExchange: throw archivalRefused
            case .queryTokenStatus:
                guard let number = request.requestID else {
                    throw SOAPFault(enrollment: .noRequest, reason: "A RequestID is required to ask for the state of a request.")
                }
                return .poll(requestID: number)
            case .issue:
                return try issue(request)
            }
        }
    }

    private static func issue(_ request: RequestSecurityToken) throws(SOAPFault) -> WSTEPRequest.Operation {
        guard let token = request.token, !token.bytes.isEmpty else {
            throw SOAPFault(enrollment: .invalidData, reason: "The request carries no BinarySecurityToken.")
        }
        guard !token.isCMS else {
            throw SOAPFault(enrollment: .invalidMessageType, reason: "Only a PKCS#10 request is served here, not CMS or CMC.")
        }
        let csr: CertificationRequest
        do throws(FormatError) {
            csr = try CertificationRequest(der: token.bytes)
        } catch {
            throw SOAPFault(enrollment: .invalidData, reason: "The PKCS#10 request cannot be decoded: \(error.reason).")
        }
        return .issue(csr, templateNames: templateNames(in: request.context) + [csr.templateName].compactMap { $0 })
    }

    /// Of the context items this one alone is read: a `SAN` among them is how other servers were made to certify foreign names.
    private static func templateNames(in context: [ContextItem]) -> [String] {
        context.filter { $0.name.lowercased() == "certificatetemplate" }.map(\.value.trimmingXMLSpace).filter { !$0.isEmpty }
    }

    private static let archivalRefused = SOAPFault(enrollment: .archivalNotConfigured, reason: "Key archival is not configured.")
}
