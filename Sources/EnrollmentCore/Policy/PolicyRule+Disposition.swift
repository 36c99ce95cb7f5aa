extension PolicyRule {
    /// What becomes of a request that the rule accepts.
    package enum Disposition: Sendable, Hashable {
        case issue
        /// People decide: so many different operators must approve. The reason is shown to the client.
        case hold(reason: String, approvals: Int = 1)
        /// The text is shown to the client.
        case refuse(text: String)

        var isHold: Bool {
            if case .hold = self { true } else { false }
        }

        var isRefusal: Bool {
            if case .refuse = self { true } else { false }
        }
    }
}

/// As files have it: `issue`, `{hold: {reason: …, approvals: 1}}` or `{refuse: {text: …}}`.
extension PolicyRule.Disposition: Codable {
    private enum CodingKeys: String, CodingKey, CaseIterable {
        case issue, hold, refuse
    }

    private enum HoldKeys: String, CodingKey, CaseIterable {
        case reason, approvals
    }

    private enum RefuseKeys: String, CodingKey, CaseIterable {
        case text
    }

    package init(from decoder: any Decoder) throws {
        if let word = try? decoder.singleValueContainer().decode(String.self) {
            guard word == "issue" else { throw decoder.corrupted("'\(word)' is none of issue, {hold: …}, {refuse: …}") }
            self = .issue
            return
        }
        try decoder.refuseUnknownKeys(CodingKeys.self)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard container.allKeys.count == 1, let key = container.allKeys.first else {
            throw decoder.corrupted("exactly one of issue, hold, refuse")
        }
        switch key {
        case .issue: self = .issue  // {"issue": {}}: rows of earlier versions
        case .hold:
            try container.superDecoder(forKey: .hold).refuseUnknownKeys(HoldKeys.self)
            let hold = try container.nestedContainer(keyedBy: HoldKeys.self, forKey: .hold)
            self = .hold(
                reason: try hold.decode(String.self, forKey: .reason),
                approvals: try hold.decodeIfPresent(Int.self, forKey: .approvals) ?? 1)
        case .refuse:
            try container.superDecoder(forKey: .refuse).refuseUnknownKeys(RefuseKeys.self)
            let refuse = try container.nestedContainer(keyedBy: RefuseKeys.self, forKey: .refuse)
            self = .refuse(text: try refuse.decode(String.self, forKey: .text))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        switch self {
        case .issue:
            var container = encoder.singleValueContainer()
            try container.encode("issue")
        case .hold(let reason, let approvals):
            var container = encoder.container(keyedBy: CodingKeys.self)
            var hold = container.nestedContainer(keyedBy: HoldKeys.self, forKey: .hold)
            try hold.encode(reason, forKey: .reason)
            try hold.encode(approvals, forKey: .approvals)
        case .refuse(let text):
            var container = encoder.container(keyedBy: CodingKeys.self)
            var refuse = container.nestedContainer(keyedBy: RefuseKeys.self, forKey: .refuse)
            try refuse.encode(text, forKey: .text)
        }
    }
}
