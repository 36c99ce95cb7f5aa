import PKIFormats

/// What one endpoint must be.
struct EndpointRules {
    let endpoint: Endpoint
    let templates: [String: Template]
    let endpoints: Set<String>
    let authorities: Set<String>
    let staticChallenges: [ChallengeStore.Challenge]

    private typealias Problem = CatalogRules.Problem

    func problems(replacing old: Endpoint?) -> [CatalogRules.Problem] {
        var found: [Problem] = []
        func complain(_ path: String, _ text: String, _ remedy: String) {
            found.append(Problem(subject: "Endpoint '\(endpoint.name)'", path: path, text: text, remedy: remedy))
        }
        let syntax = "use a-z, 0-9, '-', '.' and '_', at most 64, beginning with a letter or digit"
        if !CatalogRules.isIdentifier(endpoint.name) { complain("name", "is no name", syntax) }
        if !CatalogRules.isIdentifier(endpoint.label) { complain("label", "'\(endpoint.label)' is no label", syntax) }
        if let old, old.protocolName != endpoint.protocolName {
            complain(
                "protocol", "an endpoint keeps its protocol: its credentials are worthless at another", "make an endpoint of another name")
        }
        if endpoint.protocolName == .system, old == nil {
            complain("protocol", "there is one such endpoint, and it is the CA's own", "use scep, est, acme, wstep or operator")
        }
        if endpoint.protocolName == .system, var old {
            old.version = endpoint.version
            if old != endpoint {
                complain("name", "the CA issues its own certificates here; this does not change", "leave the endpoint out")
            }
        }
        if !authorities.contains(endpoint.authority) {
            complain(
                "authority", "there is no authority '\(endpoint.authority)'",
                "choose one of \(authorities.sorted().joined(separator: ", "))")
        }
        for name in endpoint.renewsFrom where !endpoints.contains(name) {
            complain("renewsFrom", "there is no endpoint '\(name)'", "`muster endpoints` lists them")
        }
        bindings(complain)
        rules(complain)
        staticChallenges(complain)
        return found
    }

    private typealias Complain = (_ path: String, _ text: String, _ remedy: String) -> Void

    private func bindings(_ complain: Complain) {
        let expected = endpoint.protocolName.bindingNames
        for name in expected where !endpoint.bindings.contains(where: { $0.name == name }) {
            complain(
                "bindings", "the binding '\(name)' is missing",
                "a \(endpoint.protocolName.rawValue) endpoint has \(expected.joined(separator: " and "))")
        }
        if Set(endpoint.bindings.map(\.name)).count != endpoint.bindings.count {
            complain("bindings", "two have the same name", "give each a name of its own")
        }
        let fit = AuthenticatorKind.allCases.filter { $0.protocols.contains(endpoint.protocolName) }.map(\.rawValue).joined(separator: ", ")
        for (index, binding) in endpoint.bindings.enumerated() {
            let path = "bindings[\(index)].authenticators"
            if binding.authenticators.isEmpty {
                complain(path, "no authenticator: whoever reaches the endpoint would be let in", "name at least one of \(fit)")
            }
            for kind in binding.authenticators where !kind.protocols.contains(endpoint.protocolName) {
                complain(path, "\(kind.rawValue) does not come with \(endpoint.protocolName.rawValue)", "choose from \(fit)")
            }
        }
    }

    private func rules(_ complain: Complain) {
        let rules = endpoint.policy.rules
        if rules.isEmpty { complain("policy.rules", "no rule: nobody could ever be let in", "write one rule at least") }
        if Set(rules.map(\.name)).count != rules.count {
            complain("policy.rules", "two rules have the same name", "trails name rules: tell them apart")
        }
        let provable = endpoint.bindings.flatMap(\.authenticators).reduce(into: Set<Fact.Kind>()) { $0.formUnion($1.proves) }
        for (index, rule) in rules.enumerated() {
            let path = "policy.rules[\(index)]"
            if rule.name.isEmpty || rule.name.count > 64 { complain("\(path).name", "1 to 64 characters, please", "trails name rules") }
            let missing = rule.requires.subtracting(provable).map(\.rawValue).sorted()
            if !missing.isEmpty {
                complain(
                    "\(path).requires", "no authenticator of this endpoint proves \(missing.joined(separator: ", "))",
                    "change the rule, or the authenticators under bindings")
            }
            if case .hold(let reason, let approvals) = rule.disposition {
                if !(1...5).contains(approvals) { complain("\(path).disposition.hold.approvals", "\(approvals)", "1 to 5 operators") }
                if reason.isEmpty { complain("\(path).disposition.hold.reason", "is empty", "say to the client what it waits for") }
            }
            offers(of: rule, at: "\(path).templates", complain)
        }
    }

    private func offers(of rule: PolicyRule, at path: String, _ complain: Complain) {
        for name in rule.templates {
            guard let template = templates[name] else {
                complain(path, "there is no template '\(name)'", "`muster export` shows them; a file may hold it beside the endpoint")
                continue
            }
            guard endpoint.protocolName != .system else { continue }
            if template.isAuthority, endpoint.protocolName != .operator || !rule.disposition.isHold {
                complain(
                    path, "'\(name)' makes certificate authorities",
                    "offer it at an operator's endpoint alone, where others approve (disposition: hold); `muster ca create` makes CAs of this server"
                )
            }
            guard endpoint.protocolName.isReachable, !rule.disposition.isRefusal else { continue }
            for purpose in template.extendedKeyUsages where TemplateRules.operatorPurposes.contains(purpose) {
                complain(
                    path, "'\(name)' is good for \(Purpose(dotted: purpose).name), which nobody may enroll for by himself",
                    "offer it at the operator's endpoint alone")
            }
        }
    }

    /// A secret that many share must not stand for any name at all, unless people look at each request.
    private func staticChallenges(_ complain: Complain) {
        let isAutomatic = endpoint.policy.rules.contains { $0.requires == [.knowsChallenge] && $0.disposition == .issue }
        guard isAutomatic, endpoint.bindings.contains(where: { $0.authenticators.contains(.challenge) }) else { return }
        for challenge in staticChallenges {
            guard let pattern = challenge.covers.first(where: \.isUnconstrained) else { continue }
            complain(
                "policy.rules",
                "whoever knows the static challenge \(challenge.id) could get a certificate for any name ('\(pattern)') at once",
                "hold the rule's requests for approval, or `muster challenge revoke \(challenge.id)` and bind the next to names")
        }
    }
}
