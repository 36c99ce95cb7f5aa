/// A block of addresses, as `10.0.0.0/8` or `::1/128`; an address alone is a block of one.
package struct IPNetwork: Sendable, Hashable {
    private let address: IPAddress
    private let length: Int

    /// Nil for what is no such text.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let address = IPAddress(String(first)) else { return nil }
        let bits = address.bytes.count * 8
        let length = parts.count == 2 ? Int(parts[1]) : bits
        guard let length, (0...bits).contains(length) else { return nil }
        self.address = address
        self.length = length
    }

    /// IPv4 addresses inside IPv6 ones count as themselves.
    package func contains(_ candidate: IPAddress) -> Bool { candidate.embedded.isIn(address.description, length) }
}
