import Foundation
import SigningKeys
import Testing

@Suite("Work pool")
struct WorkPoolTests {
    /// Holds the threads of a pool until it is opened.
    final class Gate: Sendable {
        private let semaphore = DispatchSemaphore(value: 0)
        func wait() { semaphore.wait() }
        func open(_ count: Int) { for _ in 0..<count { semaphore.signal() } }
    }

    struct Trouble: Error, Equatable {}

    @Test("Results and errors come back")
    func results() async throws {
        let pool = WorkPool(width: 2, queueLimit: 10)
        #expect(try await pool.run { 21 * 2 } == 42)
        await #expect(throws: Trouble.self) { try await pool.run { throw Trouble() } }
    }

    @Test("No more jobs run at once than there are threads")
    func width() async throws {
        let pool = WorkPool(width: 3, queueLimit: 1000)
        let counter = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<100 {
                group.addTask {
                    try await pool.run {
                        counter.enter()
                        Thread.sleep(forTimeInterval: 0.001)
                        counter.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect((1...3).contains(counter.highest))
        #expect(counter.total == 100)
    }

    @Test("A full queue refuses at once, and works again when it has drained")
    func overload() async throws {
        let pool = WorkPool(width: 1, queueLimit: 2)
        let gate = Gate()
        // One of these runs and two wait; whichever come after them are refused.
        let tasks = (0..<10).map { _ in Task { try await pool.run { gate.wait() } } }
        try await Task.sleep(for: .milliseconds(300))
        gate.open(3)
        var refused = 0
        for task in tasks {
            do { try await task.value } catch let error as Overloaded {
                refused += 1
                #expect(error.retryAfter > .zero)
            }
        }
        #expect((7...8).contains(refused))
        #expect(try await pool.run { 1 } == 1)
    }

    @Test("A cancelled task's work does not start")
    func cancellation() async throws {
        let pool = WorkPool(width: 1, queueLimit: 10)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            try await pool.run { _ = Issue.record("ran") }
        }
        task.cancel()
        await #expect(throws: CancellationError.self) { try await task.value }
    }

    @Test("A pool that goes away finishes what it took on")
    func goingAway() async throws {
        var pool: WorkPool? = WorkPool(width: 1, queueLimit: 100)
        let counter = Counter()
        try await withThrowingTaskGroup(of: Void.self) { group in
            if let pool {
                for _ in 0..<50 { group.addTask { try await pool.run { counter.enter() } } }
            }
            pool = nil
            try await group.waitForAll()
        }
        #expect(counter.total == 50)
    }
}

/// How many are inside, and how many were at most.
final class Counter: @unchecked Sendable {
    private let lock = NSLock()
    private var inside = 0
    private(set) var highest = 0
    private(set) var total = 0

    func enter() {
        lock.withLock {
            inside += 1
            total += 1
            highest = max(highest, inside)
        }
    }

    func leave() {
        lock.withLock { inside -= 1 }
    }
}
