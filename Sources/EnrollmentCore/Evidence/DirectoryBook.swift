import Foundation
import Persistence

/// What operators brought from their directories: an authoritative source for principals and names whose authenticator asks none.
package struct DirectoryBook: Sendable {
    /// One line of the book.
    package struct Entry: Sendable, Hashable {
        /// A principal (`user:alice`) or a name (`dns:pc1.corp.example`, `upn:…`, `email:…`), in lower case.
        package let key: String
        package let identity: DirectoryIdentity

        package init(key: String, identity: DirectoryIdentity) {
            self.key = key.lowercased()
            self.identity = identity
        }
    }

    /// Names of one credential that are looked up.
    private static let limit = 100

    private let database: any Database
    private let surroundings: Surroundings

    package init(database: any Database, surroundings: Surroundings) {
        self.database = database
        self.surroundings = surroundings
    }

    /// What the book says of who was recognised: by the principal, else by the names that the credential covers literally, so that a
    /// renewal, whose principal is the former certificate, finds its entry too.
    /// - Throws: `.notAuthorized` where the names belong to several identities: nobody can tell whose SID it would be.
    func find(principal: String, coverage: [NamePattern]) async throws(Refusal) -> DirectoryIdentity? {
        let keys = [principal.lowercased()] + Set(coverage.compactMap(\.directoryKey)).sorted().prefix(Self.limit)
        let found: [Entry]
        do {
            let marks = keys.map { _ in "?" }.joined(separator: ", ")
            found = try await database.read(
                "SELECT subject, body FROM directory_entries WHERE subject IN (\(marks))", keys.map { .text($0) }
            ).map(Self.entry)
        } catch {
            throw Refusal(.internalFault, at: .authorize, detail: "the directory entries cannot be read: \(error)")
        }
        if let own = found.first(where: { $0.key == keys.first }) { return own.identity }
        let identities = Set(found.map(\.identity))
        guard identities.count <= 1 else {
            throw Refusal(
                .notAuthorized, at: .authorize, publicText: "the names belong to several identities of the directory",
                detail: found.map(\.key).joined(separator: ", "), advice: "let the credential cover the names of one device or person")
        }
        return identities.first
    }

    /// Puts these in the place of all that came from this source, or nothing.
    /// - Throws: `PersistenceError` where another source has one of the keys.
    package func replace(source: String, with entries: [Entry]) async throws(PersistenceError) {
        var unit = WriteUnit([Statement("DELETE FROM directory_entries WHERE source = ?", [.text(source)])])
        for entry in entries {
            guard let body = try? JSONEncoder().encode(entry.identity) else { throw .unavailable("an entry cannot be encoded") }
            unit.append(
                Statement(
                    """
                    INSERT INTO directory_entries (subject, source, body, written_at) VALUES (?, ?, ?, ?) ON CONFLICT (subject) DO NOTHING
                    """,
                    [.text(entry.key), .text(source), .text(String(decoding: body, as: UTF8.self)), .date(surroundings.now)],
                    expectedRows: 1, label: entry.key))
        }
        try await database.write(unit)
    }

    /// By key, at most so many.
    package func list(limit: Int = 1000) async throws -> [Entry] {
        try await database.read(
            "SELECT subject, body FROM directory_entries ORDER BY subject LIMIT ?", [.integer(Int64(limit))]
        ).map(Self.entry)
    }

    private static func entry(_ row: Row) throws -> Entry {
        Entry(
            key: try row.text("subject"), identity: try JSONDecoder().decode(DirectoryIdentity.self, from: Data(try row.text("body").utf8)))
    }
}
