import Foundation

/// Kills a process that outstays its time.
final class Watchdog: @unchecked Sendable {
    private let process: Process
    private let lock = NSLock()
    private var expired = false

    init(_ process: Process) {
        self.process = process
    }

    var hasExpired: Bool { lock.withLock { expired } }

    func expire() {
        lock.withLock {
            guard process.isRunning else { return }
            expired = true
            kill(process.processIdentifier, SIGKILL)
        }
    }
}
