/// Opens or closes an endpoint.
struct SwitchEndpoint: AdminOperation {
    let name: String
    let isEnabled: Bool

    // Swift 6.3's optimiser crashes on this in a release build when it inlines it into `AdminClient`.
    @inline(never)
    func perform(in administration: Administration) async throws -> Done {
        _ = try administration.reachableEndpoint(name)
        try await administration.core.catalog.setEnabled(isEnabled, endpoint: name)
        return Done()
    }
}
