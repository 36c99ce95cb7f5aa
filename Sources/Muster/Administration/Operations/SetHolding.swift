import EnrollmentCore

/// Lets people decide about every request of an endpoint, or no longer.
struct SetHolding: AdminOperation {
    let endpoint: String
    /// Shown to clients; nil issues without asking.
    let reason: String?
    let approvals: Int

    func perform(in administration: Administration) async throws -> Done {
        _ = try administration.reachableEndpoint(endpoint)
        try await administration.core.catalog.setDisposition(
            reason.map { .hold(reason: $0, approvals: approvals) } ?? .issue, endpoint: endpoint)
        return Done()
    }
}
