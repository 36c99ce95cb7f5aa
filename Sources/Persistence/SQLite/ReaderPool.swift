import Foundation
import Synchronization

/// Reading connections, taken by whoever reads. A read by key takes some ten microseconds, less than the way to another thread and back:
/// it runs where it is asked for. One that turns out long is given up and done again on a thread for such.
final class ReaderPool: Sendable {
    /// A connection on its way from one thread to the next.
    private struct Loan: @unchecked Sendable {
        let connection: RawConnection
    }

    private struct State {
        var idle: [Loan] = []
        var isClosed = false
    }

    private static let mostIdle = 8

    private let path: String
    private let state = Mutex(State())
    /// Guards itself.
    private let longReads: OperationQueue

    init(path: String) {
        self.path = path
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

    /// Connections that are in use close when they come back.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.idle = []
        }
    }

    private func rows(_ sql: String, _ parameters: [SQLValue], isBounded: Bool) throws(PersistenceError) -> [Row]? {
        let loan = try take()
        defer { giveBack(loan) }
        return try loan.connection.rows(sql, parameters, isBounded: isBounded)
    }

    private func take() throws(PersistenceError) -> Loan {
        let (loan, isClosed) = state.withLock { ($0.idle.popLast(), $0.isClosed) }
        guard !isClosed else { throw .unavailable("the database is closed") }
        if let loan { return loan }
        return Loan(connection: try RawConnection(readingFrom: path))
    }

    private func giveBack(_ loan: Loan) {
        state.withLock { state in
            if !state.isClosed, state.idle.count < Self.mostIdle { state.idle.append(loan) }
        }
    }
}
