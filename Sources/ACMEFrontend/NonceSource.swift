import ACMEWire
import Crypto
import EnrollmentCore
import Foundation
import Synchronization

/// Anti-replay nonces (RFC 8555 §6.5) without a database row: a counter under a MAC, and one bit for each counter that was used.
///
/// The MAC key lives as long as the process, so that a restart makes every older nonce invalid instead of forgetting which were used.
/// A nonce lives until the block of 65,536 that it belongs to has been full for `lifetime`: a flood of newNonce makes blocks fill sooner
/// but never takes away a nonce younger than `lifetime`, at one bit each.
package final class NonceSource: Sendable {
    private static let blockSize: UInt64 = 65_536

    private struct Block {
        var used: [UInt64] = []
        /// When the first counter of the next block was issued; nil while this is the last block.
        var closedAt: Date?
    }

    private struct State {
        var next: UInt64 = 0
        var blocks: [UInt64: Block] = [0: Block()]
    }

    /// With the key set up, which costs more than the code of a nonce itself; copied for each.
    private let keyed: HMAC<SHA256>
    private let clock: any WallClock
    private let lifetime: TimeInterval
    private let state = Mutex(State())

    /// - Parameter lifetime: seconds that a nonce lives at least.
    package init(surroundings: Surroundings, lifetime: TimeInterval = 3600) {
        keyed = HMAC<SHA256>(key: SymmetricKey(data: surroundings.randomness.bytes(32)))
        clock = surroundings.clock
        self.lifetime = lifetime
    }

    /// A fresh nonce: 32 base64url characters.
    package func issue() -> String {
        let now = clock.now
        let counter = state.withLock { state in
            let counter = state.next
            state.next += 1
            if counter > 0, counter % Self.blockSize == 0 {
                state.blocks[counter / Self.blockSize - 1]?.closedAt = now
                state.blocks[counter / Self.blockSize] = Block()
                state.blocks = state.blocks.filter { entry in entry.value.closedAt.map { now.timeIntervalSince($0) <= lifetime } ?? true }
            }
            return counter
        }
        return Base64URL.encode(nonce(of: counter))
    }

    /// Uses a nonce up. False: not ours, too old, or used before.
    package func redeem(_ nonce: String) -> Bool {
        guard nonce.utf8.count == 32, let bytes = Base64URL.decode(nonce), bytes.count == 24 else { return false }
        var counter: UInt64 = 0
        for byte in bytes.prefix(8) { counter = counter << 8 | UInt64(byte) }
        var difference: UInt8 = 0
        for (expected, got) in zip(self.nonce(of: counter), bytes) { difference |= expected ^ got }
        guard difference == 0 else { return false }
        let (number, offset) = (counter / Self.blockSize, Int(counter % Self.blockSize))
        let now = clock.now
        return state.withLock { state in
            guard var block = state.blocks.removeValue(forKey: number) else { return false }
            if let closed = block.closedAt, now.timeIntervalSince(closed) > lifetime { return false }
            if block.used.isEmpty { block.used = [UInt64](repeating: 0, count: Int(Self.blockSize / 64)) }
            let bit = UInt64(1) << UInt64(offset % 64)
            let isFresh = block.used[offset / 64] & bit == 0
            block.used[offset / 64] |= bit
            state.blocks[number] = block
            return isFresh
        }
    }

    /// The counter's eight bytes and sixteen of its code: 24 bytes.
    private func nonce(of counter: UInt64) -> [UInt8] {
        var mac = keyed
        var bytes = [UInt8](unsafeUninitializedCapacity: 24) { buffer, count in
            for position in 0..<8 { buffer[position] = UInt8(truncatingIfNeeded: counter >> (56 - 8 * UInt64(position))) }
            count = 8
        }
        bytes.withUnsafeBytes { mac.update(data: $0) }
        mac.finalize().withUnsafeBytes { bytes.append(contentsOf: $0.prefix(16)) }
        return bytes
    }
}
