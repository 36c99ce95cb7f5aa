import Connectors

/// The webhooks of all endpoints, without their secrets.
struct ListWebhooks: AdminOperation {
    struct Webhook: Codable, Sendable {
        let endpoint: String
        let url: String
        let format: String
        let identifier: String
        let notifies: Bool
        let tellsDirectory: Bool
    }

    struct Reply: Codable, Sendable {
        let webhooks: [Webhook]
    }

    func perform(in administration: Administration) async throws -> Reply {
        Reply(
            webhooks: administration.webhooks.all.map {
                Webhook(
                    endpoint: $0.endpoint, url: $0.url.absoluteString, format: $0.format.rawValue, identifier: $0.identifier,
                    notifies: $0.notifies, tellsDirectory: $0.tellsDirectory)
            })
    }
}
