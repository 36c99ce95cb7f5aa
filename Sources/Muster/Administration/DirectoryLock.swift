import Foundation

/// Who may write to the database of a CA: the server while it runs, else one command at a time. The kernel drops the lock with the process.
final class DirectoryLock: Sendable {
    private let descriptor: Int32

    /// Nil when another process holds it.
    init?(_ directory: DataDirectory) throws {
        let opened = open(directory.lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard opened >= 0 else { throw CommandFailure("\(directory.lock): \(String(cString: strerror(errno)))") }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            close(opened)
            return nil
        }
        descriptor = opened
    }

    deinit { close(descriptor) }
}
