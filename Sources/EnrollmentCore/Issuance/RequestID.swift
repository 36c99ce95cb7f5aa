import Foundation
import PKIFormats

/// Names one protocol exchange from decode to release: 48 bits of milliseconds, then 80 random bits, so that ids sort by time
/// and database pages fill in order.
package struct RequestID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// 16 octets, big endian.
    package let bytes: [UInt8]

    package init(in surroundings: Surroundings) {
        bytes = Self.time(surroundings.clock.now) + surroundings.randomness.bytes(10)
    }

    /// The smallest id of an instant: what is older sorts before it.
    package static func earliest(at instant: Date) -> [UInt8] { time(instant) + [UInt8](repeating: 0, count: 10) }

    /// Six octets of milliseconds, most significant first.
    static func time(_ instant: Date) -> [UInt8] {
        let milliseconds = UInt64(max(0, instant.timeIntervalSince1970 * 1000))
        return (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * $0)) }
    }

    /// An id read back from a row; nil unless 16 octets.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    package static func < (first: RequestID, second: RequestID) -> Bool { first.bytes.lexicographicallyPrecedes(second.bytes) }

    /// 32 lowercase hex digits, as printed and typed.
    package var description: String { bytes.hex }
}
