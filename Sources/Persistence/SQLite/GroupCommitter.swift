import Dispatch
import Foundation
internal import GRDB
import Synchronization

/// Natural group commit: the writer takes every unit that waits, runs them in one transaction, commits once and only then resumes the
/// callers. A unit that does not hold undoes no other. Units gather while the previous group is on its way to the disk; a timer runs only where
/// nobody waits for any.
final class GroupCommitter: Sendable {
    typealias Continuation = CheckedContinuation<Result<Void, PersistenceError>, Never>
    private typealias Waiting = WaitingUnits.Element

    /// The writing connection with its prepared statements: used in the pool's writer alone.
    private struct Writer: @unchecked Sendable {
        let connection: RawConnection
        let log: WriteAheadLog
    }

    /// Bounds the size of a transaction, and with it the wait of its first unit.
    private static let groupLimit = 512
    /// How often the writer lets others go first, between groups of several, and how often it does so again while units come.
    private static let yields = 4
    private static let rounds = 8
    /// How long a unit waits that nobody waits for.
    private static let patience = DispatchTimeInterval.milliseconds(20)

    private let pool: DatabasePool
    private let readers: ReaderPool
    private let queue = WaitingUnits()
    private let writer = Mutex<Writer?>(nil)
    private let journal = Mutex<(any Journal)?>(nil)

    init(pool: DatabasePool, readers: ReaderPool) {
        self.pool = pool
        self.readers = readers
    }

    /// From now on, what units say for the journal is written with them.
    func keep(_ journal: any Journal) { self.journal.withLock { $0 = journal } }

    @discardableResult
    func submit(_ unit: WriteUnit, _ owner: WaitingUnits.Element.Owner) -> WaitingUnits.Number {
        let element = WaitingUnits.Element(unit: unit, owner: owner)
        let (number, admission) = queue.append(element)
        switch admission {
        case .startsWriter: startWriter()
        case .startsTimer: startTimer()
        case .isSeenTo: break
        case .refused: element.end(.failure(.unavailable("the database is closed")))
        }
        return number
    }

    /// Whoever handed this unit over has nothing else to do any more.
    func hurry(_ number: WaitingUnits.Number) { if queue.hurry(number) { startWriter() } }

    /// Whether everything handed over so far is written, or lost.
    var isIdle: Bool { queue.isIdle }

    /// What waits by now is still written.
    func refuseFurtherUnits() { if queue.refuseFurther() { startWriter() } }

    private func startWriter() { pool.asyncWriteWithoutTransaction { [self] in drain($0) } }

    private func startTimer() {
        DispatchQueue.global().asyncAfter(deadline: .now() + Self.patience) { [self] in
            if queue.hurry() { startWriter() }
        }
    }

    /// Statements and log let go of the connection: to be called in the writer, before it closes.
    func letGoOfConnection() {
        writer.withLock { writer in
            writer?.log.end()
            writer = nil
        }
    }

    private func drain(_ connection: GRDB.Database) {
        var isBusy = false
        while true {
            if isBusy { letOthersGoFirst() }
            let (group, startsTimer) = queue.takeGroup(limit: Self.groupLimit)
            if startsTimer { self.startTimer() }
            guard let group else { return }
            isBusy = group.count > 1
            let results = commit(group, connection)
            readers.committed()
            for (waiting, result) in zip(group, results) { waiting.end(result) }
            if let log = writer.withLock({ $0?.log }) { readers.shareSnapshots(!log.copyBackIfLong()) }
        }
    }

    /// Who is about to hand over a unit joins this group, rather than cause the next one: every group costs a dozen pages and a write to the
    /// disk. With processors to spare, yielding takes no time.
    private func letOthersGoFirst() {
        for _ in 0..<Self.rounds {
            let waiting = queue.count
            for _ in 0..<Self.yields { sched_yield() }
            if queue.count == waiting { return }
        }
    }

    /// One result a unit, in order; a failure of the transaction itself fails every unit.
    private func commit(_ group: [Waiting], _ connection: GRDB.Database) -> [Result<Void, PersistenceError>] {
        do throws(PersistenceError) {
            let connection = try raw(connection)
            // Nearly every unit holds, and a savepoint copies each page that its unit touches: the first try goes without. A group with a
            // unit that does not hold is undone, and done again with one each.
            if let results = try transact(group, connection, savepoints: false) { return results }
            guard let results = try transact(group, connection, savepoints: true) else { throw .unavailable("a unit has no result") }
            return results
        } catch {
            return group.map { _ in .failure(error) }
        }
    }

    /// One transaction around all units of the group.
    /// - Returns: nil when a unit did not hold and there was no savepoint to go back to; the group is undone then.
    private func transact(_ group: [Waiting], _ connection: RawConnection, savepoints: Bool) throws(PersistenceError)
        -> [Result<Void, PersistenceError>]?
    {
        let journal = journal.withLock { $0 }
        var isDurable = false
        defer {
            if connection.isInsideTransaction { try? connection.execute("ROLLBACK") }
            journal?.settle(isDurable: isDurable)
        }
        try connection.execute("BEGIN IMMEDIATE")
        var results: [Result<Void, PersistenceError>] = []
        results.reserveCapacity(group.count)
        for waiting in group {
            guard let result = try perform(waiting.unit, connection, savepoint: savepoints) else { return nil }
            results.append(result)
        }
        if let journal { try write(zip(group, results), to: journal, connection) }
        try connection.commit()
        isDurable = true
        return results
    }

    /// The journal's lines of the units that hold, after all of them: one chain step a group.
    private func write(
        _ units: some Sequence<(Waiting, Result<Void, PersistenceError>)>, to journal: any Journal, _ connection: RawConnection
    ) throws(PersistenceError) {
        var entries: [String] = []
        for case (let waiting, .success) in units { entries += waiting.unit.journal }
        guard !entries.isEmpty else { return }
        for statement in try journal.statements(adding: entries) { try statement.execute(connection) }
    }

    private func raw(_ connection: GRDB.Database) throws(PersistenceError) -> RawConnection {
        let handle = connection.sqliteConnection
        let writer = writer.withLock { writer in
            if writer == nil { writer = handle.map { Writer(connection: RawConnection(adopting: $0), log: WriteAheadLog(of: $0)) } }
            return writer
        }
        guard let writer else { throw .unavailable("the database is closed") }
        return writer.connection
    }

    /// - Returns: nil when the unit did not hold and there is no savepoint.
    /// - Throws: when SQLite gave up the whole transaction (disk full, input/output error), so that no unit of the group holds.
    private func perform(_ unit: WriteUnit, _ connection: RawConnection, savepoint: Bool) throws(PersistenceError)
        -> Result<Void, PersistenceError>?
    {
        if savepoint { try connection.execute("SAVEPOINT unit") }
        do throws(PersistenceError) {
            for statement in unit.statements { try statement.execute(connection) }
            if savepoint { try connection.execute("RELEASE unit") }
            return .success(())
        } catch {
            guard connection.isInsideTransaction else { throw error }
            guard savepoint else { return nil }
            try connection.execute("ROLLBACK TO unit")
            try connection.execute("RELEASE unit")
            return .failure(error)
        }
    }
}
