import NIOCore

/// Something that happens once, and that somebody waits for so long and no longer.
package struct Milestone: Sendable {
    private let promise: EventLoopPromise<Bool>

    /// Whoever makes one waits for it.
    package init() { promise = FollowUp.loop.makePromise(of: Bool.self) }

    package func reach() { promise.succeed(true) }

    /// It will not happen.
    package func miss() { promise.succeed(false) }

    /// - Returns: whether it was reached.
    package func wait(upTo patience: Duration) async -> Bool {
        // A timer of the loop, which costs far less than a sleeping task.
        let timer = promise.futureResult.eventLoop.scheduleTask(in: TimeAmount(patience)) { promise.succeed(false) }
        defer { timer.cancel() }
        return (try? await promise.futureResult.get()) ?? false
    }
}
