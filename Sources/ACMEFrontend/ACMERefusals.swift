import ACMEWire
import EnrollmentCore

/// The one table from the core's refusals to ACME's errors (RFC 8555 §6.7).
package enum ACMERefusals {
    package static func problem(for refusal: Refusal) -> Problem {
        let (type, status) = row(refusal.code)
        return Problem(type, refusal.publicText, status: status)
    }

    static func row(_ code: Refusal.Code) -> (ProblemType, status: Int) {
        switch code {
        case .malformed: (.malformed, 400)
        case .unsupportedOperation: (.malformed, 405)
        case .unsupportedAlgorithm: (.badCSR, 400)
        case .unknownEndpoint: (.malformed, 404)
        case .endpointDisabled: (.malformed, 404)
        case .unauthenticated: (.unauthorized, 401)
        case .badCredential: (.unauthorized, 403)
        case .notAuthorized: (.unauthorized, 403)
        case .badProofOfPossession: (.badCSR, 400)
        case .unacceptableKey: (.badCSR, 400)
        case .unacceptableName: (.badCSR, 400)
        case .unacceptableRequest: (.badCSR, 400)
        case .notFound: (.malformed, 404)
        case .alreadyRevoked: (.alreadyRevoked, 400)
        case .conflict: (.orderNotReady, 403)
        case .rateLimited: (.rateLimited, 429)
        case .overloaded: (.serverInternal, 503)
        case .internalFault: (.serverInternal, 500)
        }
    }

    /// What an error of the protocol's own counts as in the trail.
    static func code(of type: ProblemType) -> Refusal.Code {
        switch type {
        case .accountDoesNotExist, .unauthorized: .badCredential
        case .userActionRequired: .notAuthorized
        case .alreadyRevoked: .alreadyRevoked
        case .badCSR: .unacceptableRequest
        case .badNonce, .malformed, .badRevocationReason, .compound, .invalidContact, .unsupportedContact: .malformed
        case .badPublicKey: .unacceptableKey
        case .badSignatureAlgorithm: .unsupportedAlgorithm
        case .connection, .dns, .tls, .incorrectResponse: .notAuthorized
        case .orderNotReady: .conflict
        case .rateLimited: .rateLimited
        case .rejectedIdentifier, .unsupportedIdentifier: .unacceptableName
        case .serverInternal: .internalFault
        }
    }
}
