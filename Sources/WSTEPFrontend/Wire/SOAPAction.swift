/// The addressing actions of MS-XCEP and MS-WSTEP.
package enum SOAPAction {
    package static let getPolicies = Namespace.policy + "/IPolicy/GetPolicies"
    package static let getPoliciesResponse = Namespace.policy + "/IPolicy/GetPoliciesResponse"
    package static let requestSecurityToken = Namespace.enrollment + "/RST/wstep"
    package static let requestSecurityTokenResponse = Namespace.enrollment + "/RSTRC/wstep"
    /// A request for the key-archival certificate, which is refused.
    package static let keyExchange = Namespace.trust + "/RST/KET"
    package static let enrollmentFault = Namespace.enrollment + "/RequestSecurityTokenCertificateEnrollmentWSDetailFault"
    package static let genericFault = Namespace.addressing + "/soap/fault"
    package static let addressingFault = Namespace.addressing + "/fault"
    package static let dispatcherFault = Namespace.dispatcher + "/fault"
}
