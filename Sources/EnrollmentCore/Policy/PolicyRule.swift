/// One rule: who has proved all of `requires` gets one of `templates`. A rule that lets in without a proof cannot be made, nor read back.
package struct PolicyRule: Sendable, Hashable, Codable {
    package let name: String
    /// All must be among the evidence.
    package let requires: Set<Fact.Kind>
    /// What else must be so.
    package let conditions: RuleConditions
    /// The first is the default; a request may name another of them.
    package let templates: [String]
    package let disposition: Disposition

    /// - Throws: `Refusal` when `requires` or `templates` is empty; only a rule that refuses needs neither.
    package init(
        name: String, requires: Set<Fact.Kind>, templates: [String], conditions: RuleConditions = RuleConditions(),
        disposition: Disposition = .issue
    ) throws(Refusal) {
        guard disposition.isRefusal || (!requires.isEmpty && !templates.isEmpty) else {
            throw Refusal(
                .unacceptableRequest, at: .authorize, publicText: "a rule must require a proof and name a template",
                detail: "rule '\(name)'")
        }
        self.name = name
        self.requires = requires
        self.conditions = conditions
        self.templates = templates
        self.disposition = disposition
    }

    /// The same rule with another end; one that lets in keeps its proofs, so that this cannot fail for it.
    func with(_ disposition: Disposition) -> PolicyRule { PolicyRule(self, disposition) }

    private init(_ other: PolicyRule, _ disposition: Disposition) {
        name = other.name
        requires = other.requires
        conditions = other.conditions
        templates = other.templates
        self.disposition = disposition
    }

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case name, requires, when, templates, disposition
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownKeys(CodingKeys.self)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let name = try container.decode(String.self, forKey: .name)
        let requires = try container.decodeIfPresent(Set<Fact.Kind>.self, forKey: .requires) ?? []
        let conditions = try container.decodeIfPresent(RuleConditions.self, forKey: .when) ?? RuleConditions()
        let templates = try container.decodeIfPresent([String].self, forKey: .templates) ?? []
        let disposition = try container.decodeIfPresent(Disposition.self, forKey: .disposition) ?? .issue
        do {
            try self.init(name: name, requires: requires, templates: templates, conditions: conditions, disposition: disposition)
        } catch {
            throw decoder.corrupted("rule '\(name)': \(error.publicText)")
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        // In an order that does not change from one writing to the next.
        try container.encode(requires.sorted { $0.rawValue < $1.rawValue }, forKey: .requires)
        if conditions != RuleConditions() { try container.encode(conditions, forKey: .when) }
        try container.encode(templates, forKey: .templates)
        try container.encode(disposition, forKey: .disposition)
    }
}
