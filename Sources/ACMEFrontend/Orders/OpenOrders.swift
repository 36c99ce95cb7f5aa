import EnrollmentCore
import Foundation
import Synchronization

/// How many unfinished orders an account has at the most: what was counted lately, and those made here since. Only who comes near the
/// limit is counted anew each time.
final class OpenOrders: Sendable {
    private struct Count {
        var orders: Int
        let at: Date
    }

    /// Seconds that a count is good for.
    private static let lifetime: TimeInterval = 10
    private static let capacity = 10_000

    private let clock: any WallClock
    private let limit: Int
    private let counts = Mutex<[String: Count]>([:])

    init(clock: any WallClock, limit: Int) {
        self.clock = clock
        self.limit = limit
    }

    /// Whether one more is certain to be allowed: up to half the limit, since another node may count as well.
    func addsOne(to account: String) -> Bool {
        let now = clock.now
        return counts.withLock { counts in
            guard let count = counts[account], abs(now.timeIntervalSince(count.at)) < Self.lifetime, count.orders < limit / 2 else {
                return false
            }
            counts[account]?.orders += 1
            return true
        }
    }

    /// What the database said, and one more if that is allowed.
    /// - Returns: whether it is.
    func addsOne(to account: String, counted orders: Int) -> Bool {
        guard orders < limit else { return false }
        let now = clock.now
        counts.withLock { counts in
            if counts.count >= Self.capacity { counts.removeAll() }
            counts[account] = Count(orders: orders + 1, at: now)
        }
        return true
    }
}
