import EnrollmentCore
import Persistence

/// Ends the registration of a service that may revoke, at once.
struct RemoveRevoker: AdminOperation {
    let endpoint: String
    let name: String

    func perform(in administration: Administration) async throws -> Done {
        do {
            try await administration.core.revokers.remove(name: name, endpoint: endpoint)
        } catch {
            guard case .unmet = error else { throw error }
            throw CommandFailure("\(endpoint) has no revoker '\(name)'; `muster revoker list` shows them")
        }
        return Done()
    }
}
