/// The endpoints that clients reach, and the CA they trust; never a secret.
struct ListEndpoints: AdminOperation {
    func perform(in administration: Administration) async throws -> Overview {
        let overview = Overview(
            administration.configuration, administration.directory, root: administration.hierarchy.root.certificate,
            issuing: administration.hierarchy.issuing.certificate, catalog: administration.core.catalog)
        guard let lab = LabCredentials.load(administration.directory) else { return overview }
        return overview.adding(lab, withSecrets: false)
    }
}
