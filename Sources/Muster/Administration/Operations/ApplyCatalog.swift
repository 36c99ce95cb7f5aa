import EnrollmentCore
import Foundation
import PKIFormats
import Persistence

/// Brings endpoints and templates to what files say: all of it, or none.
struct ApplyCatalog: AdminOperation {
    struct File: Codable, Sendable {
        let name: String
        let text: String
    }

    /// What became of one endpoint or template, or would.
    struct Change: Codable, Sendable {
        enum Action: String, Codable, Sendable {
            case created, changed, unchanged
        }

        /// `Endpoint` or `Template`.
        let kind: String
        let name: String
        let action: Action
        /// In force afterwards.
        let version: Int
        /// Lines of the text that `muster export` prints, each after `+ `, `- ` or two spaces.
        let difference: [String]
    }

    struct Reply: Codable, Sendable {
        let changes: [Change]
        let isApplied: Bool
    }

    let files: [File]
    let isDryRun: Bool

    func perform(in administration: Administration) async throws -> Reply {
        let catalog = administration.core.catalog
        let wanted = try Wanted(files, over: catalog)
        try await check(wanted, administration)
        let changes = try Self.changes(wanted, over: catalog)
        let real = changes.filter { $0.action != .unchanged }
        guard !isDryRun, !real.isEmpty else { return Reply(changes: changes, isApplied: false) }
        let arrival = administration.arrival("apply")
        var trail = Trail()
        for change in real {
            trail.note(.authorize, "\(change.kind) '\(change.name)' \(change.action.rawValue): version \(change.version)")
        }
        let row = TransactionLog.administrativeRow(
            arrival, by: "operator:\(administration.operatorID)", id: RequestID(in: administration.core.surroundings), trail: trail)
        do {
            _ = try await catalog.apply(
                endpoints: wanted.endpoints, templates: wanted.templates, at: administration.core.surroundings.now, and: [row])
        } catch PersistenceError.conflict(let detail) {
            throw CommandFailure("somebody else changed the same thing at this moment (\(detail)); nothing was written: apply again")
        }
        // An endpoint's mode may need certificates that are not there yet.
        try await administration.authoritiesChanged()
        return Reply(changes: changes, isApplied: true)
    }

    private func check(_ wanted: Wanted, _ administration: Administration) async throws {
        let catalog = administration.core.catalog
        let challenges = try await administration.core.challenges.list().filter { $0.isLive(at: administration.core.surroundings.now) }
        let rules = CatalogRules(
            authorities: try await administration.core.generations.authorityNames(), staticChallenges: challenges.filter { !$0.isOneTime })
        let endpoints = wanted.endpoints + catalog.endpoints.filter { old in !wanted.endpoints.contains { $0.name == old.name } }
        let templates = wanted.templates + catalog.templates.filter { old in !wanted.templates.contains { $0.name == old.name } }
        var lines = rules.problems(endpoints: endpoints, templates: templates, old: catalog.endpoints).map { problem in
            wanted.places[problem.subject].map { "\($0): \(problem)" } ?? problem.description
        }
        for endpoint in wanted.endpoints {
            do throws(FormatError) {
                _ = try EndpointOptionRules.completed(endpoint.options, of: endpoint.protocolName)
                try EndpointOptionRules.check(endpoint.options, of: endpoint, administration.core.authorities)
            } catch {
                let subject = "Endpoint '\(endpoint.name)'"
                lines.append(
                    "\(wanted.places[subject] ?? subject): \(subject): options: \(error); `muster endpoint option \(endpoint.name)` lists what there is"
                )
            }
        }
        guard lines.isEmpty else { throw CommandFailure((lines + ["nothing was changed"]).joined(separator: "\n")) }
    }

    private static func changes(_ wanted: Wanted, over catalog: Catalog) throws -> [Change] {
        try wanted.templates.map { template in
            let old = catalog.template(named: template.name)
            return try change(
                "Template", template.name, old: old.map { ($0.version, try CatalogText.text(of: $0)) }, new: CatalogText.text(of: template))
        }
            + wanted.endpoints.map { endpoint in
                let old = catalog.endpoint(named: endpoint.name)
                return try change(
                    "Endpoint", endpoint.name, old: old.map { ($0.version, try CatalogText.text(of: $0)) },
                    new: CatalogText.text(of: endpoint))
            }
    }

    private static func change(_ kind: String, _ name: String, old: (version: Int, text: String)?, new: String) -> Change {
        let difference = CatalogText.difference(from: old?.text, to: new)
        guard let old else { return Change(kind: kind, name: name, action: .created, version: 1, difference: difference) }
        let isSame = difference.isEmpty
        return Change(
            kind: kind, name: name, action: isSame ? .unchanged : .changed, version: isSame ? old.version : old.version + 1,
            difference: difference)
    }
}

/// The documents of all files, none twice.
private struct Wanted {
    var endpoints: [Endpoint] = []
    var templates: [Template] = []
    /// `FILE:LINE` by `Endpoint 'NAME'` and `Template 'NAME'`.
    var places: [String: String] = [:]

    init(_ files: [ApplyCatalog.File], over catalog: Catalog) throws {
        var failures: [String] = []
        for file in files {
            do {
                for document in try CatalogFile(name: file.name, text: file.text).documents {
                    let subject: String
                    switch document.body {
                    case .endpoint(var endpoint, let saysEnabled):
                        if !saysEnabled, let old = catalog.endpoint(named: endpoint.name) { endpoint.isEnabled = old.isEnabled }
                        endpoints.append(endpoint)
                        subject = "Endpoint '\(endpoint.name)'"
                    case .template(let template):
                        templates.append(template)
                        subject = "Template '\(template.name)'"
                    }
                    if let other = places.updateValue(document.place, forKey: subject) {
                        failures.append("\(document.place): \(subject) stands at \(other) too; keep one")
                    }
                }
            } catch let failure as CommandFailure {
                failures.append(failure.message)
            }
        }
        guard failures.isEmpty else { throw CommandFailure((failures + ["nothing was changed"]).joined(separator: "\n")) }
    }
}
