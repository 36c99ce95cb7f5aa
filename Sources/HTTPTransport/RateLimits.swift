/// How often doors may be knocked at, by client address and by endpoint.
package struct RateLimits: Sendable {
    private let addresses: TokenBuckets?
    private let endpoints: TokenBuckets?
    private let limitsLoopback: Bool

    /// - Parameters:
    ///   - address: for one IPv4 address, or one IPv6 network of 64 bits; nil: no limit.
    ///   - endpoint: for one endpoint, all clients together; nil: no limit.
    ///   - limitsLoopback: whether this machine itself is limited; a proxy on it hides every client behind one address.
    package init(address: TokenBuckets.Rate?, endpoint: TokenBuckets.Rate?, limitsLoopback: Bool) {
        addresses = address.map { TokenBuckets($0) }
        endpoints = endpoint.map { TokenBuckets($0) }
        self.limitsLoopback = limitsLoopback
    }

    /// - Parameter peer: the client's address as text; nil on a Unix socket, which is never limited.
    /// - Returns: nil when the request may pass, else how long to wait.
    package func wait(peer: String?, endpoint: @autoclosure () -> String, at now: ContinuousClock.Instant = .now) -> Duration? {
        guard let peer, let parsed = IPAddress(peer) else { return nil }
        let address = parsed.isIPv4 ? parsed : parsed.embedded
        guard limitsLoopback || !Self.isLoopback(address) else { return nil }
        return addresses?.take(Self.client(address), at: now) ?? endpoints?.take(endpoint(), at: now)
    }

    private static func isLoopback(_ address: IPAddress) -> Bool {
        address.isIPv4 ? address.bytes.first == 127 : address.bytes.dropLast().allSatisfy { $0 == 0 } && address.bytes.last == 1
    }

    /// What counts as one client: the address, or the network of 64 bits that an IPv6 client has to itself.
    private static func client(_ address: IPAddress) -> String {
        (address.isIPv4 ? address.bytes[...] : address.bytes.prefix(8)).map(String.init).joined(separator: ".")
    }
}
