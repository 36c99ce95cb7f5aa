/// One rule: who has proved all of `requires` gets one of `templates`. A rule that requires nothing cannot be made, nor read back.
package struct PolicyRule: Sendable, Hashable, Codable {
    /// What becomes of a request that the rule accepts.
    package enum Disposition: Sendable, Hashable, Codable {
        case issue
        /// People decide: so many different operators must approve. The reason is shown to the client.
        case hold(reason: String, approvals: Int = 1)
        case refuse(text: String)
    }

    package let name: String
    /// All must be among the evidence.
    package let requires: Set<Fact.Kind>
    /// The first is the default; a request may name another of them.
    package let templates: [String]
    package let disposition: Disposition

    /// - Throws: `Refusal` when `requires` or `templates` is empty.
    package init(name: String, requires: Set<Fact.Kind>, templates: [String], disposition: Disposition = .issue) throws(Refusal) {
        guard !requires.isEmpty, !templates.isEmpty else {
            throw Refusal(
                .unacceptableRequest, at: .authorize, publicText: "a rule must require a proof and name a template",
                detail: "rule '\(name)'")
        }
        self.name = name
        self.requires = requires
        self.templates = templates
        self.disposition = disposition
    }

    private enum CodingKeys: String, CodingKey {
        case name, requires, templates, disposition
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        try self.init(
            name: container.decode(String.self, forKey: .name), requires: container.decode(Set<Fact.Kind>.self, forKey: .requires),
            templates: container.decode([String].self, forKey: .templates),
            disposition: container.decode(Disposition.self, forKey: .disposition))
    }
}
