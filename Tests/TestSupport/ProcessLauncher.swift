import Foundation

/// Starts processes so that they can be stopped, and so that their end is seen.
///
/// Two traps: a child inherits the signal mask of the thread that starts it, and Swift's worker threads block SIGTERM; and Foundation
/// learns of a child's end by a socket that the child inherits, which another child that starts in the same moment would inherit too.
enum ProcessLauncher {
    private static let turn = NSLock()

    static func launch(_ process: Process) throws {
        turn.lock()
        defer { turn.unlock() }
        var none = sigset_t()
        var before = sigset_t()
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        try process.run()
    }
}
