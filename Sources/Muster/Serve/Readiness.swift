import Synchronization

/// Knows when every listener accepts, and then does what waits for it, once.
final class Readiness: Sendable {
    private let missing: Mutex<Set<String>>
    private let whenReady: @Sendable () async -> Void

    init(_ listeners: Set<String>, whenReady: @escaping @Sendable () async -> Void) {
        missing = Mutex(listeners)
        self.whenReady = whenReady
    }

    func accepts(_ listener: String) async {
        let isComplete = missing.withLock { missing in missing.remove(listener) != nil && missing.isEmpty }
        if isComplete { await whenReady() }
    }
}
