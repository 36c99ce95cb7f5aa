import EnrollmentCore
import PKIFormats
import WSTEPWire

/// Builds the answer to GetPolicies: the templates that the caller's rule offers, the CA that issues there, and where.
struct PolicyAnswer: Sendable {
    private static let nextUpdateHours: UInt32 = 8

    let catalog: Catalog
    let links: WSTEPLinks

    /// - Throws: `.internalFault` while the authority has no certificate to show.
    func build(
        _ request: GetPoliciesRequest, for caller: AuthenticatedCaller, issuer: AuthorityIdentity
    ) throws(Refusal) -> GetPoliciesResponse {
        guard let certificate = issuer.certificate, let root = issuer.root else {
            throw Refusal(.internalFault, at: .authorize, detail: "authority '\(issuer.authority)' has no certificate")
        }
        let endpoint = caller.endpoint
        let identifiers = TemplateOID(rootKeyIdentifier: root.publicKey.keyIdentifier)
        var oids = PolicyOIDTable()
        var policies: [EnrollmentPolicy] = []
        for template in Self.templates(of: endpoint, in: catalog) {
            let oid = identifiers.value(template: template.name)
            guard request.policyOIDs.isEmpty || request.policyOIDs.contains(oid) || request.policyOIDs.contains(template.name) else {
                continue
            }
            policies.append(TemplateView(template: template).policy(oid: oid, authority: 1, oids: &oids))
        }
        let address = PolicyAuthority.ServiceAddress(uri: links.url(.enrollment, label: endpoint.label), priority: 1)
        let authority = PolicyAuthority(reference: 1, addresses: [address], certificate: certificate.der)
        return GetPoliciesResponse(
            policyID: PolicyIdentifier.make(endpoint: endpoint.name, rootKeyIdentifier: root.publicKey.keyIdentifier),
            friendlyName: "\(certificate.subject.commonName ?? issuer.authority) (\(endpoint.label))",
            nextUpdateHours: Self.nextUpdateHours, policies: policies, authorities: policies.isEmpty ? [] : [authority], oids: oids)
    }

    /// What somebody with a password may get: the templates of the first rule that a password satisfies, as at issuance.
    static func templates(of endpoint: Endpoint, in catalog: Catalog) -> [Template] {
        guard let rule = endpoint.policy.rules.first(where: { $0.requires.isSubset(of: [.knowsPassword]) }) else { return [] }
        if case .refuse = rule.disposition { return [] }
        return rule.templates.compactMap { catalog.template(named: $0) }
    }
}
