import ESTWire
import EnrollmentCore

/// The one table from refusal to HTTP status (RFC 7030 §4.2.3).
enum ESTRefusals {
    /// - Parameters:
    ///   - operation: nil where the URL named none.
    ///   - request: shown to the client, so that an operator finds its trail.
    static func reply(_ refusal: Refusal, operation: ESTOperation?, request: RequestID? = nil) -> ESTReply {
        let line = refusal.publicText + (request.map { " (request \($0))" } ?? "")
        switch refusal.code {
        case .malformed, .unsupportedAlgorithm, .badProofOfPossession, .unacceptableKey, .unacceptableRequest:
            return .text(400, line)
        case .unauthenticated, .badCredential:
            // A certificate that is to be renewed cannot be replaced by a password.
            return operation == .reenroll ? .text(403, line) : .text(401, line, asksForPassword: true)
        case .notAuthorized, .unacceptableName:
            return .text(403, line)
        case .unsupportedOperation, .unknownEndpoint, .endpointDisabled, .notFound:
            return .text(404, line)
        case .alreadyRevoked:
            return .text(409, line)
        case .rateLimited:
            return .text(429, line, retryAfter: 60)
        case .conflict:
            return .text(503, line, retryAfter: 1)
        case .overloaded:
            return .text(503, line, retryAfter: 5)
        case .internalFault:
            return .text(500, line)
        }
    }
}
