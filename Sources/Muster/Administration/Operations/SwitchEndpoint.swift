/// Opens or closes an endpoint.
struct SwitchEndpoint: AdminOperation {
    let name: String
    let isEnabled: Bool

    func perform(in administration: Administration) async throws -> Done {
        _ = try administration.reachableEndpoint(name)
        try await administration.core.catalog.setEnabled(isEnabled, endpoint: name)
        return Done()
    }
}
