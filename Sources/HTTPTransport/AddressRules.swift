/// Which addresses the server may connect to on a client's word (ACME validation, redirects, webhooks).
///
/// Link-local, multicast, cloud-metadata, documentation and other special addresses are refused under every rule.
package struct AddressRules: Sendable {
    /// 127.0.0.0/8 and ::1.
    package let allowsLoopback: Bool
    /// RFC 1918, RFC 6598 (carrier-grade NAT) and fc00::/7.
    package let allowsPrivate: Bool
    /// `localhost`, `*.localhost` and `*.test` mean 127.0.0.1, without asking DNS.
    package let resolvesTestNames: Bool

    package init(allowsLoopback: Bool, allowsPrivate: Bool, resolvesTestNames: Bool) {
        self.allowsLoopback = allowsLoopback
        self.allowsPrivate = allowsPrivate
        self.resolvesTestNames = resolvesTestNames
    }

    package static let `public` = AddressRules(allowsLoopback: false, allowsPrivate: false, resolvesTestNames: false)
    /// Inside an organisation: its private networks too, the server's own machine not.
    package static let `private` = AddressRules(allowsLoopback: false, allowsPrivate: true, resolvesTestNames: false)
    package static let lab = AddressRules(allowsLoopback: true, allowsPrivate: true, resolvesTestNames: true)

    package func permits(_ address: IPAddress) -> Bool {
        let address = address.embedded
        if address.isIPv4 { return permitsIPv4(address) }
        if address == IPAddress("::1") { return allowsLoopback }
        // The metadata service of a large cloud sits inside the unique local range.
        if address.isIn("fd00:ec2::254", 128) { return false }
        if address.isIn("fc00::", 7) { return allowsPrivate }
        return address.isIn("2000::", 3) && !Self.specialIPv6.contains { address.isIn($0.network, $0.length) }
    }

    /// Addresses a name has without asking DNS.
    func fixedAddresses(of host: String) -> [IPAddress]? {
        guard resolvesTestNames else { return nil }
        let host = host.hasSuffix(".") ? String(host.dropLast()) : host
        return host == "localhost" || host.hasSuffix(".localhost") || host.hasSuffix(".test") ? [.loopback] : nil
    }

    private func permitsIPv4(_ address: IPAddress) -> Bool {
        if address.isIn("127.0.0.0", 8) { return allowsLoopback }
        if Self.privateIPv4.contains(where: { address.isIn($0.network, $0.length) }) {
            return allowsPrivate && !address.isIn("100.100.100.200", 32)
        }
        return !Self.specialIPv4.contains { address.isIn($0.network, $0.length) }
    }

    private typealias Block = (network: String, length: Int)

    private static let privateIPv4: [Block] = [("10.0.0.0", 8), ("172.16.0.0", 12), ("192.168.0.0", 16), ("100.64.0.0", 10)]

    /// The rest of the IANA special-purpose registry that is not reachable in public.
    private static let specialIPv4: [Block] = [
        ("0.0.0.0", 8), ("169.254.0.0", 16), ("192.0.0.0", 24), ("192.0.2.0", 24), ("192.88.99.0", 24), ("198.18.0.0", 15),
        ("198.51.100.0", 24), ("203.0.113.0", 24), ("224.0.0.0", 4), ("240.0.0.0", 4),
    ]

    /// Within 2000::/3: protocol assignments and Teredo, documentation, 6to4.
    private static let specialIPv6: [Block] = [("2001::", 23), ("2001:db8::", 32), ("2002::", 16), ("3fff::", 20)]
}
