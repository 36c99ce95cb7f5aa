/// Which lists an authority publishes beside the complete one.
package struct ListLayout: Sendable, Hashable {
    /// How many parts the certificates issued from now on are spread over; 1: none but the complete list. May grow, and what was
    /// published once goes on.
    package let shards: Int
    /// Whether each list has one that amends it.
    package let hasDeltas: Bool

    package init(shards: Int = 1, hasDeltas: Bool = false) {
        self.shards = max(1, shards)
        self.hasDeltas = hasDeltas
    }

    /// The part that a new certificate belongs to: 1 and up, or 0 where there are none. The serial number is random.
    package func shard(of serialNumber: [UInt8]) -> Int {
        guard shards > 1 else { return 0 }
        return 1 + Int(serialNumber.suffix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) } % UInt32(shards))
    }
}
