import Foundation

/// Addresses of clients by prefix: `10.0.0.0/8`, `fd00::/8`, or one address. An IPv4 address inside IPv6 counts as IPv4.
package struct NetworkRange: Sendable, Hashable, Codable, CustomStringConvertible {
    private let octets: [UInt8]
    private let prefix: Int

    /// Nil where the text is no range, or has bits behind its prefix.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count <= 2, let octets = parts.first.flatMap({ Self.octets(String($0)) }) else { return nil }
        let prefix = parts.count == 2 ? Int(parts[1]) : octets.count * 8
        guard let prefix, (0...(octets.count * 8)).contains(prefix) else { return nil }
        self.octets = octets
        self.prefix = prefix
        guard Self.masked(octets, prefix) == octets else { return nil }
    }

    package func contains(_ address: String) -> Bool {
        guard let other = Self.octets(address), other.count == octets.count else { return false }
        return Self.masked(other, prefix) == octets
    }

    package var description: String {
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        inet_ntop(octets.count == 4 ? AF_INET : AF_INET6, octets, &text, socklen_t(text.count))
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) + "/\(prefix)"
    }

    package init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard let range = NetworkRange(text) else {
            throw decoder.corrupted("'\(text)' is no range of addresses: write 10.0.0.0/8, with no bits behind the prefix")
        }
        self = range
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    private static func masked(_ octets: [UInt8], _ prefix: Int) -> [UInt8] {
        octets.enumerated().map { index, octet in
            let bits = min(8, max(0, prefix - index * 8))
            return bits == 0 ? 0 : octet & (0xff << UInt8(8 - bits))
        }
    }

    private static func octets(_ text: String) -> [UInt8]? {
        var four = [UInt8](repeating: 0, count: 4)
        if inet_pton(AF_INET, text, &four) == 1 { return four }
        var sixteen = [UInt8](repeating: 0, count: 16)
        guard inet_pton(AF_INET6, text, &sixteen) == 1 else { return nil }
        let isMapped = sixteen.prefix(12) == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff]
        return isMapped ? Array(sixteen.suffix(4)) : sixteen
    }
}
