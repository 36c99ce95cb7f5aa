import EnrollmentCore
import PKIFormats
import WSTEPWire

/// A decoded message: who asks, and for what.
struct WSTEPRequest: Sendable {
    enum Operation: Sendable {
        case getPolicies(GetPoliciesRequest)
        /// With every template name that the message or the PKCS#10 gives.
        case issue(CertificationRequest, templateNames: [String])
        /// Asks for the outcome of an earlier request.
        case poll(requestID: UInt32)

        /// The protocol's own word, for the trail.
        var name: String {
            switch self {
            case .getPolicies: "GetPolicies"
            case .issue: "Issue"
            case .poll: "QueryTokenStatus"
            }
        }
    }

    let credential: PasswordCredential
    let operation: Operation
}
