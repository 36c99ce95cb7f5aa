/// The SQL port. A driver promises: `write` returns after the unit is on stable storage and is visible to every read that starts later;
/// a read sees one consistent snapshot; units are serialised, so that a condition (`expectedRows`) decides a race for exactly one winner.
package protocol Database: Sendable {
    /// The rows of one query, in order. Bounding their number is the caller's `LIMIT`.
    func read(_ sql: String, _ parameters: [SQLValue]) async throws(PersistenceError) -> [Row]

    /// Executes all statements of the unit, or none. A cancelled task does not take a unit back that was handed over.
    func write(_ unit: WriteUnit) async throws(PersistenceError)

    /// The same for a caller who has something else to do meanwhile: the unit need not hurry until `work` is done, and goes with the next one
    /// that somebody waits for. Returns when both are done.
    func write(_ unit: WriteUnit, while work: () async -> Void) async throws(PersistenceError)

    /// Hands over a unit whose loss in a crash harms nobody. It is written with the next one that somebody waits for, or soon; units keep the
    /// order in which they were handed over, so that whoever waits for a later one has waited for this one too.
    ///
    /// A driver that cannot keep others from reading the database meanwhile waits as `write` does.
    /// - Parameter lost: called when the unit was not written after all.
    func writeBehind(_ unit: WriteUnit, lost: @escaping @Sendable (PersistenceError) -> Void) async throws(PersistenceError)

    /// Returns when every unit handed over so far is written, or lost: before a read that must not miss one.
    func settle() async throws(PersistenceError)

    /// Brings each named module to the last of its versions, in the order given, each step once in the life of the database.
    /// A database that a newer program wrote is refused.
    func migrate(_ migrations: [Migration]) async throws(PersistenceError)

    /// A consistent copy while reads and writes go on; the file must not exist yet.
    func backup(to path: String) async throws(PersistenceError)
}

extension Database {
    /// A query without placeholders.
    package func read(_ sql: String) async throws(PersistenceError) -> [Row] { try await read(sql, []) }

    /// A driver that has nothing to gain from it waits.
    package func writeBehind(_ unit: WriteUnit, lost: @escaping @Sendable (PersistenceError) -> Void) async throws(PersistenceError) {
        try await write(unit)
    }

    package func settle() async throws(PersistenceError) {}

    /// A driver that has nothing to gain from it does one after the other.
    package func write(_ unit: WriteUnit, while work: () async -> Void) async throws(PersistenceError) {
        try await write(unit)
        await work()
    }

    /// A unit of one statement.
    package func write(_ statement: Statement) async throws(PersistenceError) { try await write(WriteUnit([statement])) }
}
