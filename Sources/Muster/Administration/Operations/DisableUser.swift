import Persistence

/// Lets a user enroll no more.
struct DisableUser: AdminOperation {
    let name: String
    let endpoint: String

    func perform(in administration: Administration) async throws -> Done {
        _ = try administration.reachableEndpoint(endpoint)
        do {
            try await administration.core.users.disable(name, endpoint: endpoint)
        } catch {
            guard case .unmet = error else { throw error }
            throw CommandFailure("\(endpoint) has no user '\(name)'")
        }
        return Done()
    }
}
