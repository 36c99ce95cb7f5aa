import Persistence

/// Finds issuances by a part of their names: SQLite's full-text index over trigrams, filled after the fact, so that no enrollment pays for
/// it. It is derived: it can be dropped at any time, and a database without it is searched row by row.
package struct NameIndex: Sendable {
    /// So many rows a transaction: about 10 ms of the writer.
    private static let chunk: Int64 = 500
    /// More trigrams narrow the search down no further, but each costs.
    private static let trigramLimit = 6
    private static let sharedLimit = 5000

    private let database: any Database

    package init(database: any Database) { self.database = database }

    /// Indexes what was issued since the last call; makes the index where the database can have one, anew where its numbers no longer hold.
    package func catchUp() async throws(PersistenceError) {
        guard try await isAvailable(makingIt: true) else { return }
        while true {
            let position = try await soundPosition()
            if position == nil { try await database.write(WriteUnit(Self.beginning)) }
            let start = position ?? 0
            let end = try await database.read(
                """
                SELECT rowid AS number, id FROM
                    (SELECT rowid, id FROM issuances WHERE rowid > ? ORDER BY rowid LIMIT \(Self.chunk)) ORDER BY rowid DESC LIMIT 1
                """, [.integer(start)]
            ).first
            guard let end else { return }
            let number = SQLValue.integer(try end.integer("number"))
            do {
                try await database.write(
                    WriteUnit([
                        Statement(
                            "UPDATE issuance_names_position SET number = ?, id = ? WHERE number = ?",
                            [number, .blob(try end.blob("id")), .integer(start)], expectedRows: 1, label: "position of the index"),
                        Statement(
                            """
                            INSERT INTO issuance_names (rowid, subject, names)
                            SELECT rowid, subject, names FROM issuances WHERE rowid > ? AND rowid <= ?
                            """, [.integer(start), number]),
                    ]))
            } catch {
                // Another task indexed these rows meanwhile.
                guard case .unmet = error else { throw error }
            }
        }
    }

    /// The last row number that is indexed. SQLite's row numbers are not for ever: VACUUM deals them anew, and the number of the newest row is
    /// given again after it was deleted. So the index remembers whose row it was.
    /// - Returns: nil where that row is another now: the numbers in the index mean nothing any more.
    private func soundPosition() async throws(PersistenceError) -> Int64? {
        let row = try await database.read(
            """
            SELECT number FROM issuance_names_position p
            WHERE CASE number WHEN 0 THEN NOT EXISTS (SELECT 1 FROM issuance_names_docsize)
                ELSE id = (SELECT id FROM issuances WHERE rowid = p.number) END
            """
        ).first
        return try row?.integer("number")
    }

    /// An empty index.
    private static let beginning = [
        Statement("INSERT INTO issuance_names (issuance_names) VALUES ('delete-all')"),
        Statement("DELETE FROM issuance_names_position"),
        Statement("INSERT INTO issuance_names_position (number, id) VALUES (0, x'')"),
    ]

    /// A condition on `issuances` that holds at least for every row with `text` in subject or names; nil where the index is of no help.
    /// - Parameter count: only among so many of the newest rows that the index finds.
    func condition(for text: String, amongNewest count: Int? = nil) async throws(PersistenceError) -> (sql: String, parameter: SQLValue)? {
        let trigrams = Self.trigrams(of: text)
        guard !trigrams.isEmpty, try await isAvailable(makingIt: false) else { return nil }
        let query = trigrams.map { "\"\($0)\"" }.joined(separator: " AND ")
        let bound = count.map { " ORDER BY rowid DESC LIMIT \($0)" } ?? ""
        return ("rowid IN (SELECT rowid FROM issuance_names WHERE issuance_names MATCH ?\(bound))", .text(query))
    }

    /// Whether so many rows may hold `text` that the index narrows a search down less than other conditions do.
    func isShared(_ text: String) async throws(PersistenceError) -> Bool {
        guard let (condition, query) = try await condition(for: text, amongNewest: Self.sharedLimit) else { return false }
        let count = try await database.read("SELECT COUNT(*) AS n FROM issuances WHERE \(condition)", [query]).first?.integer("n") ?? 0
        return count >= Self.sharedLimit
    }

    /// Takes rows out of the index, in the unit that deletes them.
    func forgetting(_ ids: [SQLValue]) async throws(PersistenceError) -> [Statement] {
        guard try await isAvailable(makingIt: false) else { return [] }
        guard try await soundPosition() != nil else { return Self.beginning }
        let marks = Array(repeating: "?", count: ids.count).joined(separator: ", ")
        let last = "FROM issuances WHERE rowid < issuance_names_position.number AND id NOT IN (\(marks)) ORDER BY rowid DESC LIMIT 1"
        return [
            Statement(
                """
                INSERT INTO issuance_names (issuance_names, rowid, subject, names)
                SELECT 'delete', rowid, subject, names FROM issuances WHERE id IN (\(marks))
                    AND rowid IN (SELECT id FROM issuance_names_docsize)
                """, ids),
            Statement(
                """
                UPDATE issuance_names_position SET number = COALESCE((SELECT rowid \(last)), 0), id = COALESCE((SELECT id \(last)), x'')
                WHERE id IN (\(marks))
                """, ids + ids + ids),
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
        let query = "SELECT name FROM sqlite_master WHERE name IN ('issuance_names', 'issuance_names_position')"
        guard let rows = try? await database.read(query) else { return false }
        if rows.count == 2 { return true }
        guard makingIt else { return false }
        do {
            try await database.write(
                WriteUnit([
                    Statement(
                        """
                        CREATE VIRTUAL TABLE IF NOT EXISTS issuance_names
                        USING fts5(subject, names, content='issuances', content_rowid='rowid', tokenize='trigram', detail='none')
                        """),
                    Statement("CREATE TABLE IF NOT EXISTS issuance_names_position (number INTEGER NOT NULL, id BLOB NOT NULL)"),
                ]))
        } catch {
            return false
        }
        return true
    }
}
