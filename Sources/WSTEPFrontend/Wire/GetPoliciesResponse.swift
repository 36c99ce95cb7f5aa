/// `GetPoliciesResponse` (MS-XCEP 3.1.4.1.2), always in full.
package struct GetPoliciesResponse: Sendable, Equatable {
    /// Never changes for an endpoint: clients keep it in their group policy.
    package let policyID: String
    package let friendlyName: String
    package let nextUpdateHours: UInt32
    package let policies: [EnrollmentPolicy]
    package let authorities: [PolicyAuthority]
    package let oids: PolicyOIDTable

    package init(
        policyID: String, friendlyName: String, nextUpdateHours: UInt32, policies: [EnrollmentPolicy], authorities: [PolicyAuthority],
        oids: PolicyOIDTable
    ) {
        self.policyID = policyID
        self.friendlyName = friendlyName
        self.nextUpdateHours = nextUpdateHours
        self.policies = policies
        self.authorities = authorities
        self.oids = oids
    }

    /// The whole message. Nil stands for each empty list; `cAs` before `oIDs`, or Windows refuses the answer.
    package func encoded(relatesTo: String?) -> [UInt8] {
        SOAPReply.encode(action: SOAPAction.getPoliciesResponse, relatesTo: relatesTo) { writer in
            writer.element("GetPoliciesResponse", ["xmlns": Namespace.policy, "xmlns:xsi": Namespace.instance]) { writer in
                writer.element("response") { writer in
                    writer.element("policyID", text: policyID)
                    writer.element("policyFriendlyName", text: friendlyName)
                    writer.element("nextUpdateHours", text: String(nextUpdateHours))
                    writer.nilElement("policiesNotChanged")
                    writer.list("policies", policies) { $1.encode(into: &$0) }
                }
                writer.list("cAs", authorities) { $1.encode(into: &$0) }
                writer.list("oIDs", oids.entries) { $1.encode(into: &$0) }
            }
        }
    }
}
