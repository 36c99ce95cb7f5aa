import Foundation
internal import GRDB

/// The steps that a program knows, checked to be complete and in order.
struct MigrationPlan: Sendable {
    private static let table = """
        CREATE TABLE IF NOT EXISTS schema_migrations (
          module TEXT NOT NULL, version INTEGER NOT NULL, applied_at INTEGER NOT NULL, PRIMARY KEY (module, version))
        """

    private let steps: [Migration]
    /// The last version a module.
    private let newest: [String: Int]

    init(_ migrations: [Migration]) throws(PersistenceError) {
        var newest: [String: Int] = [:]
        for step in migrations {
            let expected = (newest[step.module] ?? 0) + 1
            guard step.version == expected else {
                throw .unavailable("migration \(step.module) \(step.version) stands where version \(expected) belongs")
            }
            newest[step.module] = step.version
        }
        steps = migrations
        self.newest = newest
    }

    /// Inside one transaction: all missing steps, or none.
    func apply(to connection: GRDB.Database) throws {
        try connection.execute(sql: Self.table)
        var applied: [String: Int] = [:]
        for row in try GRDB.Row.fetchAll(connection, sql: "SELECT module, MAX(version) AS version FROM schema_migrations GROUP BY module") {
            applied[row["module"]] = row["version"]
        }
        for (module, known) in newest {
            guard let found = applied[module], found > known else { continue }
            throw PersistenceError.unavailable(
                "the database is newer than this program: its \(module) tables are at version \(found), the program knows \(known); "
                    + "use the newer program or restore a backup"
            )
        }
        let now = Int64(Date().timeIntervalSince1970.rounded(.down))
        for step in steps where step.version > applied[step.module] ?? 0 {
            for sql in step.statements { try connection.execute(sql: sql) }
            try connection.execute(
                sql: "INSERT INTO schema_migrations (module, version, applied_at) VALUES (?, ?, ?)",
                arguments: [step.module, step.version, now])
        }
    }
}
