import EnrollmentCore
import Foundation
import Synchronization

/// How many new accounts one address may make: a token bucket each, in memory. Anybody may register, so this is what bounds the table.
final class RegistrationAllowance: Sendable {
    private struct Bucket {
        var tokens: Double
        var filledAt: Date
    }

    private static let maxAddresses = 10_000

    private let clock: any WallClock
    private let burst: Double
    private let perSecond: Double
    private let buckets = Mutex<[String: Bucket]>([:])

    /// - Parameters:
    ///   - burst: accounts that an address may make at once.
    ///   - perSecond: accounts that it may make in the long run.
    init(clock: any WallClock, burst: Int, perSecond: Double) {
        self.clock = clock
        self.burst = Double(burst)
        self.perSecond = perSecond
    }

    /// Takes one token of this address; false when none is left.
    func take(_ address: String) -> Bool {
        let now = clock.now
        return buckets.withLock { buckets in
            var bucket = buckets[address] ?? Bucket(tokens: burst, filledAt: now)
            bucket.tokens = min(burst, bucket.tokens + max(0, now.timeIntervalSince(bucket.filledAt)) * perSecond)
            bucket.filledAt = now
            guard bucket.tokens >= 1 else { return false }
            bucket.tokens -= 1
            if buckets[address] == nil, buckets.count >= Self.maxAddresses {
                // Whoever has a full bucket by now loses nothing by being forgotten.
                buckets = buckets.filter { $0.value.tokens + now.timeIntervalSince($0.value.filledAt) * perSecond < burst }
                guard buckets.count < Self.maxAddresses else { return false }
            }
            buckets[address] = bucket
            return true
        }
    }
}
