import NIOCore
import NIOPosix

/// Work that a request leaves behind, such as an ACME validation.
package enum FollowUp {
    /// Starts it on the event loop of the request's connection, where there is one: no other thread is woken.
    package static func start(_ work: @Sendable @escaping () async -> Void) {
        Task(executorPreference: ConnectionFacts.current?.executor, operation: work)
    }

    /// The loop of the request's connection, else any.
    static var loop: any EventLoop { ConnectionFacts.current?.executor?.loop ?? MultiThreadedEventLoopGroup.singleton.any() }
}
