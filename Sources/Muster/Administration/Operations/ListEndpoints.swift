/// The endpoints that clients reach, and the CA they trust; never a secret.
struct ListEndpoints: AdminOperation {
    func perform(in administration: Administration) async throws -> Overview {
        let hierarchy = try administration.hierarchy
        let overview = Overview(
            administration.configuration, administration.directory, root: hierarchy.root, issuing: hierarchy.issuing,
            catalog: administration.core.catalog)
        var endpoints: [Overview.Endpoint] = []
        for var endpoint in overview.endpoints {
            let user = try await administration.core.users.find(FirstCredentials.username, endpoint: endpoint.name)
            endpoint.username = user.flatMap { $0.disabledAt == nil ? $0.name : nil }
            endpoints.append(endpoint)
        }
        return Overview(ca: overview.ca, endpoints: endpoints)
    }
}
