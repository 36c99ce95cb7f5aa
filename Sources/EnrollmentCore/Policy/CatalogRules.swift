import PKIFormats

/// What endpoints and templates must be before they are written. A configuration that would let anyone in is refused here, with the reason.
package struct CatalogRules: Sendable {
    /// One thing that is wrong: what it is about, where in it, and what to do.
    package struct Problem: Sendable, Hashable, CustomStringConvertible {
        /// For example `Endpoint 'scep-default'`.
        package let subject: String
        /// For example `policy.rules[0].templates`.
        package let path: String
        package let text: String
        package let remedy: String

        package var description: String { "\(subject): \(path): \(text); \(remedy)" }
    }

    /// Logical CAs that there are.
    let authorities: Set<String>
    /// The reusable challenges that are live, by endpoint.
    let staticChallenges: [String: [ChallengeStore.Challenge]]

    package init(authorities: Set<String>, staticChallenges: [ChallengeStore.Challenge]) {
        self.authorities = authorities
        self.staticChallenges = Dictionary(grouping: staticChallenges, by: \.endpoint)
    }

    /// Looks at the whole catalog as it would be.
    /// - Parameter old: as it is; the CA's own endpoints may not change, nor an endpoint its protocol.
    package func problems(endpoints: [Endpoint], templates: [Template], old: [Endpoint] = []) -> [Problem] {
        var problems = templates.flatMap { TemplateRules(template: $0).problems() }
        let byName = Dictionary(templates.map { ($0.name, $0) }) { _, last in last }
        let names = Set(endpoints.map(\.name))
        for endpoint in endpoints {
            problems += EndpointRules(
                endpoint: endpoint, templates: byName, endpoints: names, authorities: authorities,
                staticChallenges: staticChallenges[endpoint.name] ?? []
            ).problems(replacing: old.first { $0.name == endpoint.name })
        }
        let labels = Dictionary(grouping: endpoints) { [$0.protocolName.rawValue, $0.label] }
        for group in labels.values where group.count > 1 {
            let others = group.dropFirst().map(\.name).joined(separator: ", ")
            problems.append(
                Problem(
                    subject: "Endpoint '\(group[0].name)'", path: "label", text: "'\(group[0].label)' names \(others) too",
                    remedy: "give each endpoint of a protocol a label of its own"))
        }
        return problems
    }

    /// A name of an endpoint, a label or a template: it stands in URLs, file names and commands.
    static func isIdentifier(_ text: String) -> Bool {
        guard let first = text.utf8.first, text.utf8.count <= 64, isLowerOrDigit(first) else { return false }
        return text.utf8.allSatisfy { isLowerOrDigit($0) || "-._".utf8.contains($0) }
    }

    private static func isLowerOrDigit(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
    }
}
