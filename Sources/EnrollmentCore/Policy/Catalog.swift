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

    private let clock: any WallClock

    /// An empty catalog; `reload()` fills it.
    package init(database: any Database, clock: any WallClock = SystemClock()) {
        self.database = database
        self.clock = clock
    }

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
        for row in try await database.read("SELECT body, version FROM templates ORDER BY name, version", []) {
            var template = try decoder.decode(Template.self, from: Data(row.text("body").utf8))
            template.version = Int(try row.integer("version"))
            fresh.templates[template.name] = template
        }
        let complete = fresh
        snapshot.withLock { $0 = complete }
    }

    /// Writes new endpoints and template versions; refuses to overwrite one.
    package func add(endpoints: [Endpoint], templates: [Template], at instant: Date) async throws {
        var unit = WriteUnit()
        for template in templates { unit.append(try Self.insertion(of: template, at: instant)) }
        for endpoint in endpoints { unit.append(try Self.insertion(of: endpoint, at: instant)) }
        try await database.write(unit)
        try await reload()
    }

    /// Brings endpoints and templates to what is given, in one transaction: what is new is added, what differs becomes a new version, and
    /// what is the same stays. The versions inside what is given do not matter.
    /// - Parameter further: written in the same transaction, and only if anything changes.
    /// - Returns: what is in force now, of that which changed.
    /// - Throws: `PersistenceError.conflict` when somebody else changed one of them meanwhile.
    package func apply(endpoints: [Endpoint], templates: [Template], at instant: Date, and further: [Statement] = []) async throws -> (
        endpoints: [Endpoint], templates: [Template]
    ) {
        var unit = WriteUnit()
        var changed: (endpoints: [Endpoint], templates: [Template]) = ([], [])
        for var template in templates {
            let old = self.template(named: template.name)
            template.version = old?.version ?? 1
            guard template != old else { continue }
            if let old { template.version = old.version + 1 }
            unit.append(try Self.insertion(of: template, at: instant))
            changed.templates.append(template)
        }
        for var endpoint in endpoints {
            let old = self.endpoint(named: endpoint.name)
            endpoint.version = old?.version ?? 1
            guard endpoint != old else { continue }
            if let old {
                endpoint.version = old.version + 1
                unit.append(try Self.replacement(of: old, by: endpoint, at: instant))
            } else {
                unit.append(try Self.insertion(of: endpoint, at: instant))
            }
            changed.endpoints.append(endpoint)
        }
        guard !unit.statements.isEmpty else { return changed }
        further.forEach { unit.append($0) }
        try await database.write(unit)
        try await reload()
        return changed
    }

    /// Gives all rules of an endpoint one disposition, at once. A rule that refuses goes on refusing.
    package func setDisposition(_ disposition: PolicyRule.Disposition, endpoint name: String) async throws {
        try await change(name) { endpoint in
            endpoint.policy = Policy(
                rules: endpoint.policy.rules.map { rule in
                    rule.disposition.isRefusal ? rule : rule.with(disposition)
                })
        }
    }

    /// Gives an endpoint other options, at once. The caller has had them checked by the protocol's front end.
    package func setOptions(_ options: EndpointOptions, endpoint name: String) async throws {
        try await change(name) { $0.options = options }
    }

    /// Lets one authenticator take another's place at an endpoint, in its bindings and in what its rules require, at once.
    package func substitute(_ kind: AuthenticatorKind, for former: AuthenticatorKind, endpoint name: String) async throws {
        try await change(name) { endpoint in
            endpoint.bindings = endpoint.bindings.map { binding in
                Endpoint.Binding(name: binding.name, authenticators: binding.authenticators.map { $0 == former ? kind : $0 })
            }
            endpoint.policy = Policy(
                rules: try endpoint.policy.rules.map { rule in
                    guard !rule.requires.isDisjoint(with: former.proves) else { return rule }
                    return try PolicyRule(
                        name: rule.name, requires: rule.requires.subtracting(former.proves).union(kind.proves), templates: rule.templates,
                        conditions: rule.conditions, disposition: rule.disposition)
                })
        }
    }

    private func change(_ name: String, _ body: (inout Endpoint) throws -> Void) async throws {
        guard var endpoint = endpoint(named: name) else {
            throw Refusal(.unknownEndpoint, at: .authorize, detail: "endpoint '\(name)'")
        }
        try body(&endpoint)
        _ = try await apply(endpoints: [endpoint], templates: [], at: clock.now)
    }

    private static func insertion(of template: Template, at instant: Date) throws -> Statement {
        Statement(
            "INSERT INTO templates (name, version, body, created_at) VALUES (?, ?, ?, ?)",
            [.text(template.name), .integer(Int64(template.version)), .text(try json(template)), .date(instant)])
    }

    private static func insertion(of endpoint: Endpoint, at instant: Date) throws -> Statement {
        Statement(
            "INSERT INTO endpoints (name, body, enabled, created_at) VALUES (?, ?, ?, ?)",
            [.text(endpoint.name), .text(try json(endpoint)), .integer(endpoint.isEnabled ? 1 : 0), .date(instant)])
    }

    /// The primary key of the versions decides between two who change the same endpoint at once.
    private static func replacement(of old: Endpoint, by new: Endpoint, at instant: Date) throws -> WriteUnit {
        let insertion = "INSERT INTO endpoint_versions (name, version, body, created_at) VALUES (?, ?, ?, ?)"
        return WriteUnit([
            Statement(
                insertion + " ON CONFLICT (name, version) DO NOTHING",
                [.text(old.name), .integer(Int64(old.version)), .text(try json(old)), .date(instant)]),
            Statement(insertion, [.text(new.name), .integer(Int64(new.version)), .text(try json(new)), .date(instant)]),
            Statement(
                "UPDATE endpoints SET body = ?, enabled = ? WHERE name = ?",
                [.text(try json(new)), .integer(new.isEnabled ? 1 : 0), .text(new.name)], expectedRows: 1, label: "endpoint"),
        ])
    }

    /// Every version that an endpoint ever had, oldest first.
    package func versions(ofEndpoint name: String) async throws -> [Endpoint] {
        let rows = try await database.read("SELECT body FROM endpoint_versions WHERE name = ? ORDER BY version LIMIT 1000", [.text(name)])
        let stored = try rows.map { try JSONDecoder().decode(Endpoint.self, from: Data($0.text("body").utf8)) }
        return stored.isEmpty ? endpoint(named: name).map { [$0] } ?? [] : stored
    }

    /// A template as it was when a certificate was made under it; nil where there was none.
    package func template(named name: String, version: Int) async throws -> Template? {
        try await database.read("SELECT body FROM templates WHERE name = ? AND version = ?", [.text(name), .integer(Int64(version))]).first
            .map {
                var template = try JSONDecoder().decode(Template.self, from: Data($0.text("body").utf8))
                template.version = version
                return template
            }
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
