import Foundation
import Persistence

/// Ordered rules; the first whose proofs and conditions are all there decides.
package struct Policy: Sendable, Hashable, Codable {
    package let rules: [PolicyRule]

    package init(rules: [PolicyRule]) { self.rules = rules }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case rules
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownKeys(CodingKeys.self)
        rules = try decoder.container(keyedBy: CodingKeys.self).decode([PolicyRule].self, forKey: .rules)
    }

    /// Decides about an authenticated request. What is held is authorized too, so that it can be checked before a person sees it.
    func authorize(_ authenticated: AuthenticatedRequest, catalog: Catalog, rates: RateBook, now: Date, trail: inout Trail)
        async throws(Refusal) -> AuthorizedRequest
    {
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
        let applicant = Applicant(authenticated)
        let rule = try await deciding(applicant, rates: rates, now: now, trail: &trail)
        if case .refuse(let text) = rule.disposition {
            trail.note(.authorize, "rule '\(rule.name)' refuses")
            throw Refusal(.notAuthorized, at: .authorize, publicText: text, detail: "rule '\(rule.name)' refuses")
        }
        let template = try template(of: rule, for: authenticated, catalog: catalog, trail: &trail)
        let endpoint = authenticated.endpoint
        trail.note(
            .authorize,
            "rule '\(rule.name)' of \(endpoint.name) version \(endpoint.version) gives template \(template.name) version \(template.version)"
        )
        let claim = rule.conditions.rate.map { RateBook.claim($0, of: rule.name, by: applicant, now: now) }
        return AuthorizedRequest(authenticated, rule: rule, template: template, ruleClaim: claim)
    }

    /// The rule that decides; what every rule before it found goes to the trail.
    /// - Throws: `.notAuthorized`, or `.rateLimited` where nothing but a rate stood in the way.
    func deciding(_ applicant: Applicant, rates: RateBook, now: Date, trail: inout Trail) async throws(Refusal) -> PolicyRule {
        var exhausted: String?
        for rule in rules {
            let missing = rule.requires.subtracting(applicant.proved).map(\.rawValue).sorted()
            if !missing.isEmpty {
                trail.note(.authorize, "rule '\(rule.name)' passed over: not proved: \(missing.joined(separator: ", "))")
                continue
            }
            if let objection = rule.conditions.objection(to: applicant) {
                trail.note(.authorize, "rule '\(rule.name)' passed over: \(objection)")
                continue
            }
            if let rate = rule.conditions.rate, try await rates.used(rate, of: rule.name, by: applicant, now: now) >= rate.count {
                exhausted = "rule '\(rule.name)' lets \(rate.count) in \(rate.within) seconds pass, and has"
                trail.note(.authorize, "rule '\(rule.name)' passed over: its rate is used up")
                continue
            }
            return rule
        }
        if let exhausted { throw RateBook.refusal(exhausted, at: .authorize) }
        throw Refusal(
            .notAuthorized, at: .authorize,
            detail: "no rule accepts \(applicant.proved.map(\.rawValue).sorted().joined(separator: ", ")) at \(applicant.endpoint.name)")
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

/// A request with the rule and template that let it pass, or hold it for a person. One object: some fifty parts that are never copied.
package final class AuthorizedRequest: Sendable {
    package let authenticated: AuthenticatedRequest
    package let rule: PolicyRule
    package let template: Template
    /// The names that the evidence lets into the certificate.
    let coverage: [NamePattern]
    private let ruleClaim: WriteUnit?
    /// What a directory says of the principal.
    let directory: DirectoryIdentity?

    /// - Parameter directory: what was looked up; nil: what the proofs say.
    fileprivate init(
        _ authenticated: AuthenticatedRequest, rule: PolicyRule, template: Template, ruleClaim: WriteUnit?,
        directory: DirectoryIdentity? = nil
    ) {
        self.authenticated = authenticated
        self.rule = rule
        self.template = template
        self.ruleClaim = ruleClaim
        self.directory = directory ?? authenticated.evidence.lazy.compactMap(\.proof.directory).first
        coverage = authenticated.evidence.flatMap(\.proof.covers)
    }

    package var request: IssuanceRequest { authenticated.request }

    /// What the proofs and the rule spend, redeemed in the transaction that records or holds.
    var claims: [WriteUnit] { authenticated.evidence.flatMap(\.proof.claims) + (ruleClaim.map { [$0] } ?? []) }

    /// Whether people decide; the outcome is then kept for as long as the client may ask.
    var isHeldByRule: Bool {
        if case .hold = rule.disposition { true } else { false }
    }

    /// The same, with what was looked up of the principal.
    func told(by directory: DirectoryIdentity) -> AuthorizedRequest {
        AuthorizedRequest(authenticated, rule: rule, template: template, ruleClaim: ruleClaim, directory: directory)
    }

    /// What must be done before the certificate is released.
    var duties: [DutyOrder] { authenticated.evidence.flatMap(\.proof.duties) }
}
