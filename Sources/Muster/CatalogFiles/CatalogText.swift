import EnrollmentCore
import Foundation
import Yams

/// Endpoints and templates as text for people, which `muster apply` reads back.
enum CatalogText {
    private static let order = [
        "kind", "name", "title", "protocol", "label", "authority", "enabled", "bindings", "authenticators", "policy", "rules", "requires",
        "when",
        "templates", "disposition", "renewsFrom", "options", "keyUsage", "extendedKeyUsages", "basicConstraints", "subject", "names",
        "type",
        "from", "allowedKeys", "lifetime", "backdating", "minimumLifetime", "renewalWindow", "keyReuse", "supersedesAfter",
    ]

    static func text(of endpoint: Endpoint) throws -> String { try text("Endpoint", endpoint, version: endpoint.version) }

    static func text(of template: Template) throws -> String { try text("Template", template, version: template.version) }

    private static func text(_ kind: String, _ body: some Encodable, version: Int) throws -> String {
        let value = try JSONDecoder().decode(EndpointOptions.Value.self, from: JSONEncoder().encode(body))
        guard case .object(var members) = value else { throw CommandFailure("the catalog holds no object") }
        members["kind"] = .text(kind)
        members["version"] = nil
        let node = YAMLValue.node(.object(members), ranks: order)
        return "# version \(version)\n" + (try Yams.serialize(node: node, width: 140, allowUnicode: true))
    }

    /// The lines that leave and come, each with its surroundings; empty where both are the same. The first line, the version, is not compared.
    static func difference(from old: String?, to new: String) -> [String] {
        let before = old.map(lines) ?? []
        let after = lines(new)
        let changes = after.difference(from: before)
        guard !changes.isEmpty else { return [] }
        let removed = Set(changes.removals.map(\.offset))
        let inserted = Set(changes.insertions.map(\.offset))
        var output: [(mark: Character, text: String)] = []
        var (left, right) = (0, 0)
        while left < before.count || right < after.count {
            if left < before.count, removed.contains(left) {
                output.append(("-", before[left]))
                left += 1
            } else if right < after.count, inserted.contains(right) {
                output.append(("+", after[right]))
                right += 1
            } else {
                if right < after.count { output.append((" ", after[right])) }
                left += 1
                right += 1
            }
        }
        let near = output.indices.filter { index in
            output[max(0, index - 2)...min(output.count - 1, index + 2)].contains { $0.mark != " " }
        }
        return near.map { "\(output[$0].mark) \(output[$0].text)" }
    }

    private static func lines(_ text: String) -> [String] {
        text.split(separator: "\n").map(String.init).filter { !$0.hasPrefix("#") }
    }
}

extension CollectionDifference.Change {
    fileprivate var offset: Int {
        switch self {
        case .insert(let offset, _, _), .remove(let offset, _, _): offset
        }
    }
}
