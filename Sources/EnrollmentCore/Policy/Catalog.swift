import Foundation
import Persistence
import Synchronization

/// Endpoints and templates as they stand in the database, kept at hand for the hot path and read anew after each change.
package final class Catalog: Sendable {
    private struct Snapshot: Sendable {
        var endpoints: [Endpoint] = []
        var templates: [String: Template] = [:]
    }

    private let database: any Database
    private let snapshot = Mutex(Snapshot())

    /// An empty catalog; `reload()` fills it.
    package init(database: any Database) { self.database = database }

    package var endpoints: [Endpoint] { snapshot.withLock(\.endpoints) }
    package var templates: [Template] { snapshot.withLock { $0.templates.values.sorted { $0.name < $1.name } } }

    package func template(named name: String) -> Template? { snapshot.withLock { $0.templates[name] } }

    package func endpoint(named name: String) -> Endpoint? { endpoints.first { $0.name == name } }

    /// The endpoint that a URL names, enabled or not; nil where there is none.
    package func endpoint(_ protocolName: Endpoint.ProtocolName, label: String) -> Endpoint? {
        endpoints.first { $0.protocolName == protocolName && $0.label == label }
    }

    /// - Throws: `Refusal` `.unknownEndpoint` or `.endpointDisabled`.
    package func openEndpoint(named name: String) throws(Refusal) -> Endpoint {
        guard let endpoint = endpoint(named: name) else {
            throw Refusal(.unknownEndpoint, at: .authenticate, detail: "endpoint '\(name)'")
        }
        guard endpoint.isEnabled else { throw Refusal(.endpointDisabled, at: .authenticate, detail: "endpoint '\(name)'") }
        return endpoint
    }

    /// The same, by the label in a URL.
    package func openEndpoint(_ protocolName: Endpoint.ProtocolName, label: String) throws(Refusal) -> Endpoint {
        guard let endpoint = endpoint(protocolName, label: label) else {
            throw Refusal(.unknownEndpoint, at: .authenticate, detail: "no \(protocolName.rawValue) endpoint '\(label.prefix(60))'")
        }
        return try openEndpoint(named: endpoint.name)
    }

    /// Reads all rows again.
    package func reload() async throws {
        let decoder = JSONDecoder()
        var fresh = Snapshot()
        for row in try await database.read("SELECT body, enabled FROM endpoints ORDER BY name", []) {
            var endpoint = try decoder.decode(Endpoint.self, from: Data(row.text("body").utf8))
            endpoint.isEnabled = try row.integer("enabled") != 0
            fresh.endpoints.append(endpoint)
        }
        for row in try await database.read("SELECT body FROM templates ORDER BY name, version", []) {
            let template = try decoder.decode(Template.self, from: Data(row.text("body").utf8))
            fresh.templates[template.name] = template
        }
        let complete = fresh
        snapshot.withLock { $0 = complete }
    }

    /// Writes new endpoints and template versions; refuses to overwrite one.
    package func add(endpoints: [Endpoint], templates: [Template], at instant: Date) async throws {
        var unit = WriteUnit([])
        for template in templates {
            unit.append(
                Statement(
                    "INSERT INTO templates (name, version, body, created_at) VALUES (?, ?, ?, ?)",
                    [
                        .text(template.name), .integer(Int64(template.version)),
                        .text(try Self.json(template)), .date(instant),
                    ]))
        }
        for endpoint in endpoints {
            unit.append(
                Statement(
                    "INSERT INTO endpoints (name, body, enabled, created_at) VALUES (?, ?, ?, ?)",
                    [
                        .text(endpoint.name), .text(try Self.json(endpoint)),
                        .integer(endpoint.isEnabled ? 1 : 0), .date(instant),
                    ]))
        }
        try await database.write(unit)
        try await reload()
    }

    /// Gives all rules of an endpoint one disposition, at once. A rule that refuses goes on refusing.
    package func setDisposition(_ disposition: PolicyRule.Disposition, endpoint name: String) async throws {
        guard let old = endpoint(named: name) else { throw Refusal(.unknownEndpoint, at: .authorize, detail: "endpoint '\(name)'") }
        let rules = try old.policy.rules.map { rule in
            if case .refuse = rule.disposition { return rule }
            return try PolicyRule(name: rule.name, requires: rule.requires, templates: rule.templates, disposition: disposition)
        }
        var new = old
        new.policy = Policy(rules: rules)
        try await replace(new)
    }

    /// Gives an endpoint other options, at once. The caller has had them checked by the protocol's front end.
    package func setOptions(_ options: EndpointOptions, endpoint name: String) async throws {
        guard var endpoint = endpoint(named: name) else {
            throw Refusal(.unknownEndpoint, at: .authorize, detail: "endpoint '\(name)'")
        }
        endpoint.options = options
        try await replace(endpoint)
    }

    /// Lets one authenticator take another's place in every binding of an endpoint, at once.
    package func substitute(_ kind: AuthenticatorKind, for former: AuthenticatorKind, endpoint name: String) async throws {
        guard var endpoint = endpoint(named: name) else {
            throw Refusal(.unknownEndpoint, at: .authorize, detail: "endpoint '\(name)'")
        }
        endpoint.bindings = endpoint.bindings.map { binding in
            Endpoint.Binding(name: binding.name, authenticators: binding.authenticators.map { $0 == former ? kind : $0 })
        }
        try await replace(endpoint)
    }

    private func replace(_ endpoint: Endpoint) async throws {
        try await database.write(
            WriteUnit([
                Statement(
                    "UPDATE endpoints SET body = ? WHERE name = ?", [.text(try Self.json(endpoint)), .text(endpoint.name)], expectedRows: 1,
                    label: "endpoint")
            ]))
        try await reload()
    }

    private static func json(_ value: some Encodable) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// Opens or closes an endpoint, at once.
    package func setEnabled(_ isEnabled: Bool, endpoint name: String) async throws(Refusal) {
        do {
            try await database.write(
                WriteUnit([
                    Statement(
                        "UPDATE endpoints SET enabled = ? WHERE name = ?", [.integer(isEnabled ? 1 : 0), .text(name)], expectedRows: 1,
                        label: "endpoint")
                ]))
            try await reload()
        } catch PersistenceError.unmet {
            throw Refusal(.unknownEndpoint, at: .authorize, detail: "endpoint '\(name)'")
        } catch {
            throw Refusal(.internalFault, at: .authorize, detail: "\(error)")
        }
    }
}
