import Connectors
import EnrollmentCore
import Persistence

/// Asks nobody outside any more: the endpoint takes the challenges that are made here again.
struct RemoveWebhook: AdminOperation {
    let endpoint: String

    func perform(in administration: Administration) async throws -> Done {
        _ = try administration.reachableEndpoint(endpoint)
        do {
            try await administration.webhooks.remove(endpoint)
        } catch PersistenceError.unmet {
            throw CommandFailure("\(endpoint) has no webhook")
        }
        try await administration.core.catalog.substitute(.challenge, for: .webhook, endpoint: endpoint)
        return Done()
    }
}
