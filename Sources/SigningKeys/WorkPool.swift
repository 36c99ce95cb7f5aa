import Foundation

/// A few threads for work that takes long (RSA, password hashes), with a queue of bounded length.
package final class WorkPool: Sendable {
    /// The pool for the whole process: as many threads as cores.
    package static let shared = WorkPool()

    private let queue: WorkQueue

    /// - Parameters:
    ///   - width: threads.
    ///   - queueLimit: jobs that may wait for a thread.
    package init(width: Int = ProcessInfo.processInfo.activeProcessorCount, queueLimit: Int = 1024) {
        let queue = WorkQueue(limit: queueLimit)
        self.queue = queue
        for _ in 0..<max(width, 1) {
            let thread = Thread { queue.serve() }
            thread.name = "work-pool"
            thread.start()
        }
    }

    deinit {
        queue.close()
    }

    /// Runs `work` on a thread of the pool; throws `Overloaded` when the queue is full, `CancellationError` when the task was cancelled before.
    package func run<T: Sendable>(_ work: @Sendable @escaping () throws -> T) async throws -> T {
        try Task.checkCancellation()
        return try await withCheckedThrowingContinuation { (done: CheckedContinuation<T, any Error>) in
            guard queue.submit({ done.resume(with: Result { try work() }) }) else {
                return done.resume(throwing: Overloaded(retryAfter: .seconds(2)))
            }
        }
    }
}
