import Foundation

/// The jobs that wait for a thread of a `WorkPool`. The condition guards everything.
final class WorkQueue: @unchecked Sendable {
    private let condition = NSCondition()
    private let limit: Int
    private var jobs: [@Sendable () -> Void] = []
    /// Jobs before this position were taken.
    private var first = 0
    private var isClosed = false

    init(limit: Int) {
        self.limit = limit
    }

    /// False when the queue is full.
    func submit(_ job: @Sendable @escaping () -> Void) -> Bool {
        condition.withLock {
            guard jobs.count - first < limit, !isClosed else { return false }
            jobs.append(job)
            condition.signal()
            return true
        }
    }

    /// Does jobs until the queue is closed and empty.
    func serve() {
        while let job = take() { job() }
    }

    func close() {
        condition.withLock {
            isClosed = true
            condition.broadcast()
        }
    }

    private func take() -> (@Sendable () -> Void)? {
        condition.withLock {
            while first == jobs.count {
                if isClosed { return nil }
                condition.wait()
            }
            let job = jobs[first]
            first += 1
            if first == jobs.count || first > 4096 {
                jobs.removeFirst(first)
                first = 0
            }
            return job
        }
    }
}
