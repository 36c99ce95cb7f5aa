import Foundation
import PKIFormats

/// Names one protocol exchange from decode to release: 48 bits of milliseconds, then 80 random bits, so that ids sort by time
/// and database pages fill in order.
package struct RequestID: Sendable, Hashable, CustomStringConvertible {
    /// 16 octets, big endian.
    package let bytes: [UInt8]

    package init(in surroundings: Surroundings) {
        let milliseconds = UInt64(max(0, surroundings.clock.now.timeIntervalSince1970 * 1000))
        bytes = (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * $0)) } + surroundings.randomness.bytes(10)
    }

    /// An id read back from a row; nil unless 16 octets.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.bytes = bytes
    }

    /// 32 lowercase hex digits, as printed and typed.
    package var description: String { bytes.hex }
}
