import HTTPTransport
import Synchronization

/// Who is being validated, and who waits for it: a bounded number each.
final class ValidationLine: Sendable {
    /// One challenge to try. A reference: when the first of two thousand leaves the line, the others move up.
    final class Job: Sendable {
        let position: Int
        let order: Order
        let account: Account
        /// Reached when the verdict is written, for whoever waits for it.
        let end: Milestone?

        init(position: Int, order: Order, account: Account, end: Milestone?) {
            self.position = position
            self.order = order
            self.account = account
            self.end = end
        }

        /// The challenge as its URL names it.
        var name: String { "\(order.id)/\(position)" }
    }

    enum Admission {
        case starts, waits
        /// Somebody has it already, or the line is too long.
        case refused
    }

    private struct State {
        /// The challenges that run or wait.
        var known: Set<String> = []
        var running = 0
        /// How many of those that run an account has.
        var shares: [String: Int] = [:]
        var waiting: [Job] = []
    }

    private let limit: Int
    private let state = Mutex(State())

    /// - Parameter limit: validations at a time; thirty-two times as many wait.
    init(limit: Int) { self.limit = limit }

    func admit(_ job: Job) -> Admission {
        state.withLock { state in
            guard !state.known.contains(job.name) else { return .refused }
            if hasRoom(for: job, state) {
                begin(job, &state)
                state.known.insert(job.name)
                return .starts
            }
            guard state.waiting.count < limit * 32 else { return .refused }
            state.waiting.append(job)
            state.known.insert(job.name)
            return .waits
        }
    }

    /// - Returns: the one that begins in its stead.
    func leave(_ job: Job) -> Job? {
        state.withLock { state in
            state.known.remove(job.name)
            state.running -= 1
            let share = (state.shares[job.account.id] ?? 1) - 1
            state.shares[job.account.id] = share > 0 ? share : nil
            guard let position = state.waiting.firstIndex(where: { hasRoom(for: $0, state) }) else { return nil }
            let next = state.waiting.remove(at: position)
            begin(next, &state)
            return next
        }
    }

    private func begin(_ job: Job, _ state: inout State) {
        state.running += 1
        state.shares[job.account.id, default: 0] += 1
    }

    /// An account has a share of the bound only: hosts that answer slowly keep only their own client waiting.
    private func hasRoom(for job: Job, _ state: State) -> Bool {
        state.running < limit && (state.shares[job.account.id] ?? 0) < max(1, limit / 4)
    }
}
