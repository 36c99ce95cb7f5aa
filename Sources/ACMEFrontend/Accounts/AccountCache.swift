import Synchronization

/// The accounts that were asked for lately, as they stand in the database: each signed request needs one. Every write to an account
/// forgets it; only the door's own service writes accounts, so one cache a process is the whole truth.
final class AccountCache: Sendable {
    private struct State {
        var accounts: [String: Account] = [:]
        /// Counts what was forgotten, so that a row read before a write is not kept after it.
        var changes: UInt64 = 0
    }

    private static let capacity = 10_000

    private let state = Mutex(State())

    /// The account, and the count to give to `keep` when it has to be read.
    func find(_ id: String) -> (account: Account?, changes: UInt64) { state.withLock { ($0.accounts[id], $0.changes) } }

    func keep(_ account: Account, readAt changes: UInt64) {
        state.withLock { state in
            guard state.changes == changes else { return }
            if state.accounts.count >= Self.capacity { state.accounts.removeAll() }
            state.accounts[account.id] = account
        }
    }

    /// After a write. - Parameter id: nil for any.
    func forget(_ id: String?) {
        state.withLock { state in
            state.changes += 1
            if let id { state.accounts[id] = nil } else { state.accounts.removeAll() }
        }
    }
}
