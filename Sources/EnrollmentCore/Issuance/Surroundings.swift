import Foundation

/// Tells the time. A test holds it still.
package protocol WallClock: Sendable {
    /// The present instant; callers cut it to whole seconds where a certificate needs them.
    var now: Date { get }
}

/// The system's clock.
package struct SystemClock: WallClock {
    package init() {}
    package var now: Date { Date() }
}

/// A source of bytes that nobody can predict.
package protocol Randomness: Sendable {
    func bytes(_ count: Int) -> [UInt8]
}

/// The system's cryptographically secure generator.
package struct SystemRandomness: Randomness {
    package init() {}
    package func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count + 8)
        // Each call asks the kernel: eight bytes at a time.
        while bytes.count < count { withUnsafeBytes(of: generator.next()) { bytes.append(contentsOf: $0) } }
        bytes.removeLast(bytes.count - count)
        return bytes
    }
}

/// What the core takes from outside itself, as values.
package struct Surroundings: Sendable {
    package let clock: any WallClock
    package let randomness: any Randomness
    /// Waits for others to get on with what they do.
    package let pause: @Sendable (Duration) async -> Void

    package init(
        clock: any WallClock = SystemClock(), randomness: any Randomness = SystemRandomness(),
        pause: @escaping @Sendable (Duration) async -> Void = { try? await Task.sleep(for: $0) }
    ) {
        self.clock = clock
        self.randomness = randomness
        self.pause = pause
    }

    /// Now, in whole seconds, as certificates, CRLs and rows carry it.
    package var now: Date { Date(timeIntervalSince1970: clock.now.timeIntervalSince1970.rounded(.down)) }
}
