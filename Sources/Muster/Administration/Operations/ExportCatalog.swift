import EnrollmentCore

/// Endpoints and templates as `muster apply` reads them back.
struct ExportCatalog: AdminOperation {
    struct Reply: Codable, Sendable {
        /// YAML, one document each: templates, then endpoints.
        let text: String
    }

    static let changes = false

    /// Of endpoints and templates; empty: all.
    let names: [String]

    func perform(in administration: Administration) async throws -> Reply {
        let catalog = administration.core.catalog
        func isWanted(_ name: String) -> Bool { names.isEmpty || names.contains(name) }
        let templates = catalog.templates.filter { isWanted($0.name) }
        let endpoints = catalog.endpoints.filter { isWanted($0.name) }
        let found = Set(templates.map(\.name) + endpoints.map(\.name))
        if let missing = names.first(where: { !found.contains($0) }) {
            throw CommandFailure("there is neither an endpoint nor a template '\(missing)'; `muster export` without a name shows all")
        }
        let documents = try templates.map { try CatalogText.text(of: $0) } + endpoints.map { try CatalogText.text(of: $0) }
        return Reply(text: documents.joined(separator: "---\n"))
    }
}
