import EnrollmentCore

/// The one table from a refusal to the HTTP status that the service sees.
enum RevocationRefusals {
    static func status(of code: Refusal.Code) -> Int {
        switch code {
        case .malformed, .unsupportedOperation, .unsupportedAlgorithm, .badProofOfPossession: 400
        case .unauthenticated, .badCredential: 401
        case .notAuthorized: 403
        case .unknownEndpoint, .endpointDisabled, .notFound: 404
        case .alreadyRevoked, .conflict: 409
        case .unacceptableKey, .unacceptableName, .unacceptableRequest: 422
        case .rateLimited: 429
        case .overloaded: 503
        case .internalFault: 500
        }
    }

    /// Seconds; nil where trying again changes nothing.
    static func retryAfter(_ code: Refusal.Code) -> Int? {
        switch code {
        case .conflict: 5
        case .rateLimited: 60
        case .overloaded: 10
        case .malformed, .unsupportedOperation, .unsupportedAlgorithm, .badProofOfPossession, .unauthenticated, .badCredential,
            .notAuthorized, .unknownEndpoint, .endpointDisabled, .notFound, .alreadyRevoked, .unacceptableKey, .unacceptableName,
            .unacceptableRequest, .internalFault:
            nil
        }
    }
}
