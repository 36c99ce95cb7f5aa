import Synchronization

/// Token buckets by key: each key may do so much at once, and so much a second in the long run.
package final class TokenBuckets: Sendable {
    /// What one key is allowed.
    package struct Rate: Sendable, Hashable {
        /// Tokens that come back a second.
        package let perSecond: Double
        /// Tokens of a full bucket.
        package let burst: Double

        /// Nil where either is not above zero: no limit.
        package init?(perSecond: Double, burst: Double) {
            guard perSecond > 0, burst >= 1 else { return nil }
            self.perSecond = perSecond
            self.burst = burst
        }
    }

    private struct Bucket {
        var tokens: Double
        var filledAt: ContinuousClock.Instant
    }

    private let rate: Rate
    private let capacity: Int
    private let buckets = Mutex<[String: Bucket]>([:])

    /// - Parameter capacity: how many keys are remembered. Beyond it all new keys share one bucket, so that inventing keys gains nothing.
    package init(_ rate: Rate, capacity: Int = 20_000) {
        self.rate = rate
        self.capacity = capacity
    }

    /// Takes a token.
    /// - Returns: nil when there was one, else how long until the next.
    package func take(_ key: String, at now: ContinuousClock.Instant = .now) -> Duration? {
        buckets.withLock { buckets in
            var key = key
            if buckets[key] == nil, buckets.count >= capacity {
                buckets = buckets.filter { !isFull($0.value, at: now) }
                if buckets.count >= capacity { key = "" }
            }
            var bucket = buckets[key] ?? Bucket(tokens: rate.burst, filledAt: now)
            bucket.tokens = tokens(of: bucket, at: now)
            bucket.filledAt = now
            defer { buckets[key] = bucket }
            guard bucket.tokens >= 1 else { return .seconds((1 - bucket.tokens) / rate.perSecond) }
            bucket.tokens -= 1
            return nil
        }
    }

    private func tokens(of bucket: Bucket, at now: ContinuousClock.Instant) -> Double {
        let elapsed = (now - bucket.filledAt).components
        let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
        return min(rate.burst, bucket.tokens + max(0, seconds) * rate.perSecond)
    }

    private func isFull(_ bucket: Bucket, at now: ContinuousClock.Instant) -> Bool { tokens(of: bucket, at: now) >= rate.burst }
}
