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

/// The kernel's cryptographically secure generator.
package struct SystemRandomness: Randomness {
    package init() {}
    package func bytes(_ count: Int) -> [UInt8] {
        // One call for all: Swift's own generator asks the kernel for every eight bytes. It steps in where the kernel refuses.
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            if count <= 256, let start = buffer.baseAddress, getentropy(start, count) == 0 { filled = count }
        }
        var generator = SystemRandomNumberGenerator()
        return bytes.count == count ? bytes : (0..<count).map { _ in generator.next() }
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
