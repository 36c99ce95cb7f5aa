/// The two services of a WSTEP endpoint, each a binding of it.
package enum WSTEPService: String, Sendable, CaseIterable {
    /// Certificate Enrollment Policy: MS-XCEP.
    case policy = "xcep"
    /// Certificate Enrollment: MS-WSTEP.
    case enrollment = "wstep"

    /// The binding's name at the endpoint.
    package var binding: String { rawValue }

    /// Its one operation, for the trail of a message that could not be decoded.
    var operation: String {
        switch self {
        case .policy: "GetPolicies"
        case .enrollment: "RequestSecurityToken"
        }
    }
}
