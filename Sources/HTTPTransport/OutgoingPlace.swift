import Foundation

/// What a URL asks for and where, taken apart. Whether the server may go there is for others to say.
struct OutgoingPlace: Sendable, Hashable {
    let isSecure: Bool
    /// Lower case, an IPv6 address without its brackets.
    let host: String
    let port: Int
    /// Path and query.
    let target: String

    /// Nil unless it is http or https, with a host and without credentials.
    init?(_ url: URL) {
        guard let parts = URLComponents(url: url, resolvingAgainstBaseURL: true), let scheme = parts.scheme?.lowercased(),
            scheme == "http" || scheme == "https", parts.user == nil, parts.password == nil,
            let host = parts.percentEncodedHost?.lowercased()
        else { return nil }
        isSecure = scheme == "https"
        port = parts.port ?? (isSecure ? 443 : 80)
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        let path = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
        target = path + (parts.percentEncodedQuery.map { "?" + $0 } ?? "")
    }

    /// The same for what ACME validation nearly always asks, at a fraction of the cost: `http://host:port/path` of lower-case letters and
    /// digits, dots and hyphens in the host, and characters in the path that mean themselves. Nil for anything else.
    init?(plain text: String) {
        let prefix = "http://".utf8
        guard text.utf8.starts(with: prefix) else { return nil }
        let rest = Array(text.utf8.dropFirst(prefix.count))
        guard let slash = rest.firstIndex(of: UInt8(ascii: "/")), rest[slash...].allSatisfy(Self.isPlainInPath) else { return nil }
        let colon = rest[..<slash].firstIndex(of: UInt8(ascii: ":")) ?? slash
        let host = rest[..<colon]
        guard !host.isEmpty, host.allSatisfy(Self.isPlainInHost) else { return nil }
        if colon == slash {
            port = 80
        } else {
            let digits = rest[(colon + 1)..<slash]
            guard (1...5).contains(digits.count), digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
            port = digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }
        }
        isSecure = false
        self.host = String(decoding: host, as: UTF8.self)
        target = String(decoding: rest[slash...], as: UTF8.self)
    }

    /// Written anew from the parts.
    var url: String { "\(isSecure ? "https" : "http")://\(host.asURLHost):\(port)\(target)" }

    private static func isPlainInHost(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".")
    }

    private static func isPlainInPath(_ byte: UInt8) -> Bool {
        isPlainInHost(byte) || (0x41...0x5A).contains(byte) || byte == UInt8(ascii: "/") || byte == UInt8(ascii: "_")
    }
}
