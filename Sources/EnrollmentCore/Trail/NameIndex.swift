import Persistence

/// Finds issuances by a part of their names: SQLite's full-text index over trigrams, filled after the fact, so that no enrollment pays for
/// it. It is derived: it can be dropped at any time, and a database without it is searched row by row.
package struct NameIndex: Sendable {
    /// So many rows a transaction: about 10 ms of the writer.
    private static let chunk: Int64 = 500
    /// More trigrams narrow the search down no further, but each costs.
    private static let trigramLimit = 6

    private let database: any Database

    package init(database: any Database) { self.database = database }

    /// Indexes what was issued since the last call; makes the index where the database can have one.
    package func catchUp() async throws(PersistenceError) {
        guard try await isAvailable(makingIt: true) else { return }
        while true {
            let position =
                try await database.read("SELECT COALESCE(MAX(id), 0) AS position FROM issuance_names_docsize").first?.integer("position")
                ?? 0
            let end = try await database.read(
                "SELECT MAX(rowid) AS last FROM (SELECT rowid FROM issuances WHERE rowid > ? ORDER BY rowid LIMIT \(Self.chunk))",
                [.integer(position)]
            ).first?.optionalInteger("last")
            guard let end else { return }
            try await database.write(
                Statement(
                    """
                    INSERT INTO issuance_names (rowid, subject, names)
                    SELECT rowid, subject, names FROM issuances WHERE rowid > ? AND rowid <= ?
                        AND rowid > (SELECT COALESCE(MAX(id), 0) FROM issuance_names_docsize)
                    """, [.integer(position), .integer(end)]))
        }
    }

    /// A condition on `issuances` that holds at least for every row with `text` in subject or names; nil where the index is of no help.
    /// - Parameter count: only among so many of the newest rows that the index finds.
    func condition(for text: String, amongNewest count: Int? = nil) async throws(PersistenceError) -> (sql: String, parameter: SQLValue)? {
        let trigrams = Self.trigrams(of: text)
        guard !trigrams.isEmpty, try await isAvailable(makingIt: false) else { return nil }
        let query = trigrams.map { "\"\($0)\"" }.joined(separator: " AND ")
        let bound = count.map { " ORDER BY rowid DESC LIMIT \($0)" } ?? ""
        return ("rowid IN (SELECT rowid FROM issuance_names WHERE issuance_names MATCH ?\(bound))", .text(query))
    }

    /// Takes rows out of the index, in the unit that deletes them.
    func forgetting(_ ids: [SQLValue]) async throws(PersistenceError) -> [Statement] {
        guard try await isAvailable(makingIt: false) else { return [] }
        let marks = Array(repeating: "?", count: ids.count).joined(separator: ", ")
        return [
            Statement(
                """
                INSERT INTO issuance_names (issuance_names, rowid, subject, names)
                SELECT 'delete', rowid, subject, names FROM issuances WHERE id IN (\(marks))
                    AND rowid IN (SELECT id FROM issuance_names_docsize)
                """, ids)
        ]
    }

    /// Those with digits first, for they tell most; of the others an even choice.
    static func trigrams(of text: String) -> [String] {
        let characters = Array(text.lowercased()).filter { $0 != "\"" }
        guard characters.count >= 3, text.unicodeScalars.allSatisfy({ $0.isASCII && $0 != "\"" }) else { return [] }
        var all: [String] = []
        for start in 0...(characters.count - 3) {
            let trigram = String(characters[start..<start + 3])
            if !all.contains(trigram) { all.append(trigram) }
        }
        let telling = all.filter { $0.contains(where: \.isNumber) }
        let pool = telling.isEmpty ? all : telling
        let step = max(1, pool.count / trigramLimit)
        return Array(stride(from: 0, to: pool.count, by: step).map { pool[$0] }.prefix(trigramLimit))
    }

    private func isAvailable(makingIt: Bool) async throws(PersistenceError) -> Bool {
        // Only SQLite has this catalogue.
        guard let rows = try? await database.read("SELECT name FROM sqlite_master WHERE name = 'issuance_names'") else { return false }
        if !rows.isEmpty { return true }
        guard makingIt else { return false }
        do {
            try await database.write(
                Statement(
                    """
                    CREATE VIRTUAL TABLE IF NOT EXISTS issuance_names
                    USING fts5(subject, names, content='issuances', content_rowid='rowid', tokenize='trigram', detail='none')
                    """))
        } catch {
            return false
        }
        return true
    }
}
