import Foundation
import Synchronization

/// Reading connections, taken by whoever reads. A read by key takes some ten microseconds, less than the way to another thread and back:
/// it runs where it is asked for. One that turns out long is given up and done again on a thread for such.
///
/// To begin and end a read costs as much as the read: where this process writes alone, those between two commits share one snapshot of the
/// database. Whoever was told that his unit is durable reads it.
final class ReaderPool: Sendable {
    /// A connection on its way from one thread to the next.
    fileprivate struct Loan: @unchecked Sendable {
        let connection: RawConnection
        /// The commit after which its snapshot was begun, and when; nil: it has none.
        var snapshot: (commit: UInt64, begunAt: ContinuousClock.Instant)?
    }

    fileprivate struct State {
        var idle: [Loan] = []
        var isClosed = false
        /// How many groups were committed.
        var commits: UInt64 = 0
        var sharesSnapshots: Bool
    }

    private static let mostIdle = 8
    private static let snapshotAge = Duration.milliseconds(20)

    private let path: String
    private let writesAlone: Bool
    private let state: Mutex<State>
    /// Guards itself.
    private let longReads: OperationQueue

    /// - Parameter sharesSnapshots: whether no other process writes.
    init(path: String, sharesSnapshots: Bool) {
        self.path = path
        writesAlone = sharesSnapshots
        state = Mutex(State(sharesSnapshots: sharesSnapshots))
        longReads = OperationQueue()
        longReads.maxConcurrentOperationCount = 4
    }

    func read(_ sql: String, _ parameters: [SQLValue]) async throws(PersistenceError) -> [Row] {
        if let rows = try rows(sql, parameters, isBounded: true) { return rows }
        let result: Result<[Row], PersistenceError> = await withCheckedContinuation { done in
            longReads.addOperation { [self] in
                done.resume(
                    returning: Result { () throws(PersistenceError) in
                        guard let rows = try rows(sql, parameters, isBounded: false) else { throw .unavailable("the read was interrupted") }
                        return rows
                    })
            }
        }
        return try result.get()
    }

    /// To be called after each commit, before anybody hears of it: no read that begins from now on uses an older snapshot.
    func committed() {
        state.withLock { state in
            state.commits += 1
            state.endIdleSnapshots()
        }
    }

    /// Lets reads share, or not for a while: a snapshot keeps the write-ahead log from being begun anew.
    func shareSnapshots(_ isFit: Bool) {
        guard writesAlone else { return }
        state.withLock { state in
            state.sharesSnapshots = isFit
            if !isFit { state.endIdleSnapshots() }
        }
    }

    /// Connections that are in use close when they come back.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.idle = []
        }
    }

    private func rows(_ sql: String, _ parameters: [SQLValue], isBounded: Bool) throws(PersistenceError) -> [Row]? {
        var loan = try take()
        do throws(PersistenceError) {
            let rows = try loan.connection.rows(sql, parameters, isBounded: isBounded)
            if rows == nil { loan.endSnapshot() }
            giveBack(loan)
            return rows
        } catch {
            loan.endSnapshot()
            giveBack(loan)
            throw error
        }
    }

    private func take() throws(PersistenceError) -> Loan {
        let (idle, isClosed, commits, shares) = state.withLock { ($0.idle.popLast(), $0.isClosed, $0.commits, $0.sharesSnapshots) }
        guard !isClosed else { throw .unavailable("the database is closed") }
        guard var loan = idle else { return Loan(connection: try RawConnection(readingFrom: path)) }
        let now = ContinuousClock.now
        if let snapshot = loan.snapshot, snapshot.commit != commits || now - snapshot.begunAt > Self.snapshotAge { loan.endSnapshot() }
        if shares, loan.snapshot == nil {
            try loan.connection.execute("BEGIN")
            loan.snapshot = (commits, now)
        }
        return loan
    }

    private func giveBack(_ loan: Loan) {
        state.withLock { state in
            guard !state.isClosed, state.idle.count < Self.mostIdle else { return }
            var loan = loan
            if let snapshot = loan.snapshot, snapshot.commit != state.commits || !state.sharesSnapshots { loan.endSnapshot() }
            state.idle.append(loan)
        }
    }
}

extension ReaderPool.Loan {
    fileprivate mutating func endSnapshot() {
        guard snapshot != nil else { return }
        snapshot = nil
        // Nothing was written: there is nothing that could fail to be.
        try? connection.execute("COMMIT")
    }
}

extension ReaderPool.State {
    fileprivate mutating func endIdleSnapshots() { for index in idle.indices { idle[index].endSnapshot() } }
}
