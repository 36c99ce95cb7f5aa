import NIOCore

/// Runs the tasks of a connection on the connection's own event loop: a request goes from the socket to its route and back without
/// waking another thread. Whatever blocks or computes for long belongs on a pool (passwords, RSA, the database's writer and long reads).
package final class LoopExecutor: TaskExecutor {
    let loop: any EventLoop

    package init(_ loop: any EventLoop) { self.loop = loop }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        loop.execute { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
