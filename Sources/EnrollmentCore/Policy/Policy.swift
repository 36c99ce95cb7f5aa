/// Ordered rules; the first whose proofs are all there decides.
package struct Policy: Sendable, Hashable, Codable {
    package let rules: [PolicyRule]

    package init(rules: [PolicyRule]) { self.rules = rules }

    /// Decides about an authenticated request. What is held is authorized too, so that it can be checked before a person sees it.
    func authorize(_ authenticated: AuthenticatedRequest, catalog: Catalog, trail: inout Trail) throws(Refusal) -> AuthorizedRequest {
        if case .renew(let predecessor) = authenticated.request.intent {
            let needed = Fact.holdsPrivateKey(fingerprint: predecessor.fingerprint(.sha256))
            guard authenticated.evidence.contains(where: { $0.proof.fact == needed }) else {
                throw Refusal(.notAuthorized, at: .authorize, detail: "the renewal was not signed by the certificate that it renews")
            }
        }
        if case .onBehalf(let signer) = authenticated.request.intent {
            let needed = Fact.registeredSigner(fingerprint: signer.fingerprint(.sha256))
            guard authenticated.evidence.contains(where: { $0.proof.fact == needed }) else {
                throw Refusal(.notAuthorized, at: .authorize, detail: "who asks for another is not a registered signer")
            }
        }
        let proved = Set(authenticated.evidence.map(\.proof.fact.kind))
        for rule in rules where rule.requires.isSubset(of: proved) {
            if case .refuse(let text) = rule.disposition {
                throw Refusal(.notAuthorized, at: .authorize, publicText: text, detail: "rule '\(rule.name)' refuses")
            }
            let template = try template(of: rule, for: authenticated, catalog: catalog, trail: &trail)
            trail.note(.authorize, "rule '\(rule.name)' gives template \(template.name) version \(template.version)")
            return AuthorizedRequest(authenticated, rule: rule, template: template)
        }
        throw Refusal(
            .notAuthorized, at: .authorize,
            detail: "no rule accepts \(proved.map(\.rawValue).sorted().joined(separator: ", ")) at \(authenticated.endpoint.name)")
    }

    /// A renewal stays with its predecessor's template; otherwise the one that the request names, if the rule offers it, or the rule's first.
    private func template(of rule: PolicyRule, for authenticated: AuthenticatedRequest, catalog: Catalog, trail: inout Trail)
        throws(Refusal) -> Template
    {
        var chosen = rule.templates.first
        if let predecessor = authenticated.evidence.lazy.compactMap(\.proof.predecessorTemplate).first, rule.templates.contains(predecessor)
        {
            chosen = predecessor
        } else if let hint = authenticated.request.proposal.templateHint {
            if rule.templates.contains(hint) {
                chosen = hint
            } else {
                trail.note(.authorize, "the template '\(hint)' that the request names is not offered by rule '\(rule.name)': dropped")
            }
        }
        guard let chosen, let template = catalog.template(named: chosen) else {
            throw Refusal(.internalFault, at: .authorize, detail: "rule '\(rule.name)' names a template that does not exist")
        }
        return template
    }
}

/// A request with the rule and template that let it pass, or hold it for a person.
package struct AuthorizedRequest: Sendable {
    package let authenticated: AuthenticatedRequest
    package let rule: PolicyRule
    package let template: Template

    fileprivate init(_ authenticated: AuthenticatedRequest, rule: PolicyRule, template: Template) {
        self.authenticated = authenticated
        self.rule = rule
        self.template = template
    }

    package var request: IssuanceRequest { authenticated.request }

    /// Whether people decide; the outcome is then kept for as long as the client may ask.
    var isHeldByRule: Bool {
        if case .hold = rule.disposition { true } else { false }
    }

    /// What must be done before the certificate is released.
    var duties: [DutyOrder] { authenticated.evidence.flatMap(\.proof.duties) }

    /// The names that the evidence lets into the certificate.
    var coverage: [NamePattern] { authenticated.evidence.flatMap(\.proof.covers) }
}
