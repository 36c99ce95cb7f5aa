import Foundation
internal import GRDB

/// Natural group commit: the writer takes every unit that waits, runs them in one transaction with a savepoint each, commits once and
/// only then resumes the callers. No timer: units gather while the previous group is on its way to the disk.
final class GroupCommitter: Sendable {
    typealias Continuation = CheckedContinuation<Result<Void, PersistenceError>, Never>
    private typealias Waiting = (unit: WriteUnit, caller: Continuation)

    /// Bounds the size of a transaction, and with it the wait of its first unit.
    private static let groupLimit = 512

    private let pool: DatabasePool
    private let queue = WaitingUnits()

    init(pool: DatabasePool) { self.pool = pool }

    func submit(_ unit: WriteUnit, _ caller: Continuation) {
        switch queue.append((unit, caller)) {
        case .startsWriter: pool.asyncWriteWithoutTransaction { [self] in drain($0) }
        case .writerRuns: break
        case .refused: caller.resume(returning: .failure(.unavailable("the database is closed")))
        }
    }

    func refuseFurtherUnits() { queue.refuseFurther() }

    private func drain(_ connection: GRDB.Database) {
        while let group = queue.takeGroup(limit: Self.groupLimit) {
            let results = commit(group, connection)
            for (waiting, result) in zip(group, results) { waiting.caller.resume(returning: result) }
        }
    }

    /// One result a unit, in order; a failure of the transaction itself fails every unit.
    private func commit(_ group: [Waiting], _ connection: GRDB.Database) -> [Result<Void, PersistenceError>] {
        var results: [Result<Void, PersistenceError>] = []
        results.reserveCapacity(group.count)
        do {
            try connection.inTransaction(.immediate) {
                for waiting in group { results.append(try perform(waiting.unit, connection)) }
                return .commit
            }
            return results
        } catch {
            return group.map { _ in .failure(PersistenceError(error)) }
        }
    }

    /// - Throws: when SQLite gave up the whole transaction (disk full, input/output error), so that no unit of the group holds.
    private func perform(_ unit: WriteUnit, _ connection: GRDB.Database) throws -> Result<Void, PersistenceError> {
        do {
            try connection.inSavepoint {
                for statement in unit.statements { try statement.execute(connection) }
                return .commit
            }
            return .success(())
        } catch {
            guard connection.isInsideTransaction else { throw error }
            return .failure(PersistenceError(error))
        }
    }
}
