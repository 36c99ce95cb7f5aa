internal import CSQLiteConfig
import Foundation
internal import GRDB
import Synchronization

/// SQLite in WAL mode with `synchronous=FULL`: one writer that commits in groups, a pool of readers.
package final class SQLiteDatabase: Database {
    private let pool: DatabasePool
    private let committer: GroupCommitter
    private let readers: ReaderPool
    private let writesAlone: Bool
    private let isClosed = Atomic(false)

    /// Opens the file, or makes it with mode 0600; SQLite gives its `-wal` and `-shm` companions the same mode.
    /// - Parameter writesAlone: no other process writes to the file meanwhile; reads then cost a third less. What one writes nevertheless shows up
    ///   to 20 milliseconds later.
    package init(path: String, writesAlone: Bool = false) throws(PersistenceError) {
        _ = Self.preparation
        let file = try SecretFile(path: path)
        self.writesAlone = writesAlone
        do {
            var configuration = GRDB.Configuration()
            configuration.busyMode = .timeout(10)
            configuration.foreignKeysEnabled = true
            pool = try DatabasePool(path: file.path, configuration: configuration)
            // The pool sets NORMAL itself while it opens, and NORMAL may lose the last commits at power loss.
            try pool.writeWithoutTransaction { connection in
                try connection.execute(sql: "PRAGMA synchronous = FULL")
                // What a savepoint may have to undo stays in memory.
                try connection.execute(sql: "PRAGMA temp_store = MEMORY")
                try connection.execute(sql: "PRAGMA cache_size = -8192")
            }
        } catch {
            throw PersistenceError(error)
        }
        readers = ReaderPool(path: file.path, sharesSnapshots: writesAlone)
        committer = GroupCommitter(pool: pool, readers: readers)
        guard try synchronousLevel() == 2 else { throw .unavailable("SQLite would not take synchronous=FULL") }
    }

    /// Once, before SQLite is used. Nobody reads what it counts of its memory, and counting is a third of an allocation's cost.
    private static let preparation = (shim_forgo_memory_statistics(), GatheredLogWrites.install())

    /// From now on, the journal of each unit is written in the unit's own transaction.
    package func keep(_ journal: any Journal) { committer.keep(journal) }

    /// Lets the units that wait become durable, then closes. Later calls fail with `.unavailable`; closing again does nothing.
    package func close() {
        // SQLite would follow a null pointer in a checkpoint of a closed connection.
        guard !isClosed.exchange(true, ordering: .acquiringAndReleasing) else { return }
        committer.refuseFurtherUnits()
        readers.close()
        // Everything into the one file, for whoever copies it; without this the log stays beside it, whole.
        _ = try? pool.writeWithoutTransaction { connection in
            committer.letGoOfConnection()
            try connection.checkpoint(.truncate)
        }
        try? pool.close()
    }

    /// `PRAGMA synchronous` of the writing connection: 2 is FULL.
    package func synchronousLevel() throws(PersistenceError) -> Int {
        do {
            return try pool.writeWithoutTransaction { try Int.fetchOne($0, sql: "PRAGMA synchronous") } ?? -1
        } catch {
            throw PersistenceError(error)
        }
    }

    package func read(_ sql: String, _ parameters: [SQLValue]) async throws(PersistenceError) -> [Row] {
        try await readers.read(sql, parameters)
    }

    package func write(_ unit: WriteUnit) async throws(PersistenceError) {
        let result = await withCheckedContinuation { committer.submit(unit, .waits($0)) }
        try result.get()
    }

    package func write(_ unit: WriteUnit, while work: () async -> Void) async throws(PersistenceError) {
        let outcome = UnitOutcome()
        let number = committer.submit(unit, .waitsLater(outcome))
        await work()
        committer.hurry(number)
        try await outcome.value.get()
    }

    /// Where another process may read, it must find whatever a client was told of: then this waits.
    package func writeBehind(_ unit: WriteUnit, lost: @escaping @Sendable (PersistenceError) -> Void) async throws(PersistenceError) {
        guard writesAlone else { return try await write(unit) }
        committer.submit(unit, .hasLeft(lost: lost))
    }

    package func settle() async throws(PersistenceError) {
        guard writesAlone, !committer.isIdle else { return }
        // A transaction without a statement costs no write.
        try await write(WriteUnit())
    }

    package func migrate(_ migrations: [Migration]) async throws(PersistenceError) {
        let plan = try MigrationPlan(migrations)
        do {
            try await pool.write { try plan.apply(to: $0) }
        } catch {
            throw PersistenceError(error)
        }
        readers.committed()
    }

    package func backup(to path: String) async throws(PersistenceError) {
        let pool = pool
        let result: Result<Void, PersistenceError> = await withCheckedContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(returning: Result { () throws(PersistenceError) in try OnlineBackup(source: pool).write(to: path) })
            }
        }
        try result.get()
    }
}
