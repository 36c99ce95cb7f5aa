import EnrollmentCore
import Foundation
import Persistence
import SigningKeys
import Synchronization

/// The webhooks of all endpoints, kept at hand. Their secrets are sealed in the database.
package final class WebhookStore: Sendable {
    /// What an operator may see, and what is known without the key of the box.
    package struct Entry: Sendable, Hashable {
        package let endpoint: String
        package let url: URL
        package let format: WebhookFormat
        package let identifier: String
        package let notifies: Bool
        package let tellsDirectory: Bool
        package let allowsLoopback: Bool
        let sealed: [UInt8]
    }

    private let database: any Database
    private let surroundings: Surroundings
    private let box: SecretBox?
    private let snapshot = Mutex<[Entry]>([])

    /// - Parameter box: nil where the keys are not loaded: then webhooks can be listed and removed only.
    package init(database: any Database, surroundings: Surroundings, box: SecretBox?) {
        self.database = database
        self.surroundings = surroundings
        self.box = box
    }

    package var all: [Entry] { snapshot.withLock { $0 } }

    func isConfigured(_ endpoint: String) -> Bool { all.contains { $0.endpoint == endpoint } }

    /// - Throws: `.internalFault` where the secrets cannot be opened: a door that cannot ask stays shut.
    func find(_ endpoint: String) throws(Refusal) -> Webhook? {
        guard let entry = all.first(where: { $0.endpoint == endpoint }) else { return nil }
        guard let secrets = try? unseal(entry) else {
            throw Refusal(
                .internalFault, at: .authenticate, detail: "the secrets of the webhook of \(endpoint) cannot be opened",
                advice: "set it again with `muster webhook set`")
        }
        return Webhook(
            endpoint: endpoint, url: entry.url, format: entry.format, identifier: entry.identifier, notifies: entry.notifies,
            tellsDirectory: entry.tellsDirectory, allowsLoopback: entry.allowsLoopback, secrets: secrets)
    }

    /// Seals what a duty must remember.
    func seal(_ payload: [UInt8], of endpoint: String) throws(Refusal) -> [UInt8] {
        guard let sealed = try? box?.seal(payload, of: "duty \(endpoint)") else {
            throw Refusal(.internalFault, at: .authenticate, detail: "the key that seals secrets is not loaded")
        }
        return sealed
    }

    func open(_ sealed: [UInt8], of endpoint: String) -> [UInt8]? { try? box?.open(sealed, of: "duty \(endpoint)") }

    /// Sets the webhook of an endpoint.
    package func set(_ webhook: Webhook) async throws {
        guard let box else { throw KeyFailure(reason: "the key that seals secrets is not loaded") }
        let secrets = try box.seal(Array(JSONEncoder().encode(webhook.secrets)), of: webhook.endpoint)
        try await database.write(
            WriteUnit([
                Statement("DELETE FROM webhooks WHERE endpoint = ?", [.text(webhook.endpoint)]),
                Statement(
                    """
                    INSERT INTO webhooks (endpoint, url, format, identifier, notifies, allows_loopback, sealed, created_at, tells_directory)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                    """,
                    [
                        .text(webhook.endpoint), .text(webhook.url.absoluteString), .text(webhook.format.rawValue),
                        .text(webhook.identifier), .flag(webhook.notifies), .flag(webhook.allowsLoopback), .blob(secrets),
                        .date(surroundings.now), .flag(webhook.tellsDirectory),
                    ]),
            ]))
        try await reload()
    }

    /// - Throws: `PersistenceError.unmet` where the endpoint has none.
    package func remove(_ endpoint: String) async throws {
        try await database.write(
            WriteUnit([
                Statement("DELETE FROM webhooks WHERE endpoint = ?", [.text(endpoint)], expectedRows: 1, label: "webhook")
            ]))
        try await reload()
    }

    /// Reads all rows again.
    package func reload() async throws {
        let entries = try await database.read("SELECT * FROM webhooks ORDER BY endpoint", []).map { row in
            guard let url = URL(string: try row.text("url")), let format = WebhookFormat(rawValue: try row.text("format")) else {
                throw PersistenceError.unavailable("a webhook has an unknown URL or format")
            }
            return Entry(
                endpoint: try row.text("endpoint"), url: url, format: format, identifier: try row.text("identifier"),
                notifies: try row.integer("notifies") != 0,
                tellsDirectory: try row.integer("tells_directory") != 0, allowsLoopback: try row.integer("allows_loopback") != 0,
                sealed: try row.blob("sealed"))
        }
        snapshot.withLock { $0 = entries }
    }

    private func unseal(_ entry: Entry) throws -> Webhook.Secrets? {
        guard let opened = try box?.open(entry.sealed, of: entry.endpoint) else { return nil }
        return try JSONDecoder().decode(Webhook.Secrets.self, from: Data(opened))
    }
}
