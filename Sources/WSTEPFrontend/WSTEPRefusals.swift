import EnrollmentCore
import WSTEPWire

/// The one table from the core's refusals to SOAP faults (MS-WSTEP 3.1.4.1.3.7, MS-WCCE 2.4). Every fault travels with HTTP 500.
package enum WSTEPRefusals {
    /// The policy service knows no detail (MS-XCEP 3.1.4.1): there the CA's word becomes a plain fault.
    package static func fault(for refusal: Refusal, service: WSTEPService) -> SOAPFault {
        let text = refusal.publicText
        return switch (row(refusal.code), service) {
        case (.denied(let result), .enrollment): SOAPFault(enrollment: result, reason: text)
        case (.denied, .policy): SOAPFault(.sender, reason: text)
        case (.unavailable(let result), .enrollment): SOAPFault(enrollment: result, reason: text, invalidRequest: nil)
        case (.unavailable, .policy): SOAPFault(.receiver, reason: text)
        case (.sender(let subcode), _): SOAPFault(.sender, [subcode], reason: text)
        case (.receiver(let subcode), _): SOAPFault(.receiver, [subcode], reason: text)
        }
    }

    enum Row: Sendable, Equatable {
        /// The CA's word: this request will not do.
        case denied(HRESULT)
        /// The CA's word: not now.
        case unavailable(HRESULT)
        case sender(SOAPFault.Subcode)
        case receiver(SOAPFault.Subcode)
    }

    static func row(_ code: Refusal.Code) -> Row {
        switch code {
        case .malformed: .denied(.invalidData)
        case .unsupportedOperation: .denied(.notSupported)
        case .unsupportedAlgorithm: .denied(.keyLength)
        case .unknownEndpoint: .sender(.destinationUnreachable)
        case .endpointDisabled: .receiver(.endpointUnavailable)
        case .unauthenticated: .sender(.invalidSecurity)
        case .badCredential: .sender(.failedAuthentication)
        case .notAuthorized: .denied(.templateDenied)
        case .badProofOfPossession: .denied(.badSignature)
        case .unacceptableKey: .denied(.keyLength)
        case .unacceptableName: .denied(.badRequestSubject)
        case .unacceptableRequest: .denied(.invalidArgument)
        case .notFound: .denied(.noRequest)
        case .alreadyRevoked: .denied(.revoked)
        case .conflict: .unavailable(.badRequestStatus)
        case .rateLimited: .unavailable(.serverSuspended)
        case .overloaded: .unavailable(.serverSuspended)
        case .internalFault: .receiver(.internalServiceFault)
        }
    }

    /// What a fault of the protocol's own counts as in the trail.
    static func code(of fault: SOAPFault) -> Refusal.Code {
        switch fault.subcodes.first {
        case .invalidSecurity: .unauthenticated
        case .failedAuthentication, .unsupportedSecurityToken: .badCredential
        case .actionNotSupported: .unsupportedOperation
        case .destinationUnreachable: .unknownEndpoint
        case .endpointUnavailable: .endpointDisabled
        case .internalServiceFault: .internalFault
        case .invalidAddressingHeader, .invalidCardinality, .onlyAnonymousAddressSupported, .messageAddressingHeaderRequired: .malformed
        case nil: fault.detail.map { code(of: $0.errorCode) } ?? .malformed
        }
    }

    private static func code(of result: HRESULT) -> Refusal.Code {
        switch result {
        case .notSupported, .archivalNotConfigured, .invalidMessageType: .unsupportedOperation
        case .unsupportedCertificateType, .templateConflict: .unacceptableRequest
        default: .malformed
        }
    }
}
