import Synchronization

/// Counts HTTP requests by protocol and status.
final class RequestCounter: Sendable {
    struct Key: Hashable, Sendable {
        let door: RequestDoor
        let status: Int
    }

    private let counts = Mutex<[Key: Int]>([:])

    func count(_ key: Key) { counts.withLock { $0[key, default: 0] += 1 } }

    /// Sorted by protocol and status.
    var snapshot: [(key: Key, count: Int)] {
        counts.withLock { $0 }.map { ($0.key, $0.value) }.sorted {
            ($0.key.door.rawValue, $0.key.status) < ($1.key.door.rawValue, $1.key.status)
        }
    }
}
