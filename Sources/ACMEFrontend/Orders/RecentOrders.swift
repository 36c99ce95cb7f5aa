import EnrollmentCore
import Foundation
import Synchronization

/// The orders of the last seconds as this node read or wrote them, so that a client that goes through one without a pause causes no reads.
///
/// It is never the last word: a change names the revision that it saw, and one that another node has outdated is asked for again. What is
/// older than `lifetime` counts as unknown, so that a client that asks two nodes in turn sees the other's work after that at the latest.
final class RecentOrders: Sendable {
    private struct Entry {
        let order: Order
        let at: Date
    }

    private struct State {
        var young: [String: Entry] = [:]
        /// Those of the time before.
        var old: [String: Entry] = [:]
        /// Authorizations of the young ones, those that were replaced included.
        var size = 0
        var turnedAt = Date.distantPast
    }

    /// Seconds.
    static let lifetime: TimeInterval = 3
    /// Authorizations, since an order may have a hundred.
    private static let capacity = 2048

    private let clock: any WallClock
    private let state = Mutex(State())

    init(clock: any WallClock) { self.clock = clock }

    func find(_ id: String) -> Order? {
        let now = clock.now
        return state.withLock { state in
            guard let entry = state.young[id] ?? state.old[id], abs(now.timeIntervalSince(entry.at)) < Self.lifetime else { return nil }
            return entry.order
        }
    }

    /// Remembers what was just read or written, unless something newer is known.
    func keep(_ order: Order) {
        let now = clock.now
        state.withLock { state in
            if let known = state.young[order.id] ?? state.old[order.id], known.order.revision > order.revision { return }
            if abs(now.timeIntervalSince(state.turnedAt)) >= Self.lifetime || state.size >= Self.capacity {
                state.old = state.young
                state.young = [:]
                state.size = 0
                state.turnedAt = now
            }
            state.young[order.id] = Entry(order: order, at: now)
            state.size += order.authorizations.count
        }
    }

    func forget(_ id: String) {
        state.withLock { state in
            state.young[id] = nil
            state.old[id] = nil
        }
    }
}
