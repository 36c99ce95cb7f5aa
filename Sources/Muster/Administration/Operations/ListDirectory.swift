import EnrollmentCore

/// What operators brought from their directories.
struct ListDirectory: AdminOperation {
    struct Entry: Codable, Sendable {
        let key: String
        let source: String
        let sid: String?
        /// `type:text`.
        let names: [String]
        let attributes: [String: String]
    }

    struct Reply: Codable, Sendable {
        let entries: [Entry]
    }

    func perform(in administration: Administration) async throws -> Reply {
        Reply(
            entries: try await administration.core.directory.list().map { entry in
                Entry(
                    key: entry.key, source: entry.identity.source, sid: entry.identity.securityIdentifier,
                    names: entry.identity.names.map { "\($0.type.rawValue):\($0.text)" }, attributes: entry.identity.attributes)
            })
    }
}
