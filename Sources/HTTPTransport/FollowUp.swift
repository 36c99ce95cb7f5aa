import NIOCore
import NIOPosix

/// Work that a request leaves behind, such as an ACME validation.
package enum FollowUp {
    /// Starts it on the event loop of the request's connection, where there is one: no other thread is woken.
    package static func start(_ work: @Sendable @escaping () async -> Void) {
        Task(executorPreference: ConnectionFacts.current?.executor, operation: work)
    }

    /// Starts it, and waits for its end so long.
    /// - Returns: whether it ended; if not, it goes on.
    package static func start(waitingUpTo patience: Duration, _ work: @Sendable @escaping () async -> Void) async -> Bool {
        let loop = Self.loop
        let promise = loop.makePromise(of: Bool.self)
        let timer = loop.scheduleTask(in: TimeAmount(patience)) { promise.succeed(false) }
        defer { timer.cancel() }
        start {
            await work()
            promise.succeed(true)
        }
        return (try? await promise.futureResult.get()) ?? false
    }

    /// The loop of the request's connection, else any.
    static var loop: any EventLoop { ConnectionFacts.current?.executor?.loop ?? MultiThreadedEventLoopGroup.singleton.any() }
}
