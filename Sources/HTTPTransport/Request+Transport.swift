import HTTPTypes
import Hummingbird

extension Request {
    /// The path as it came, without the query; `uri.path` puts the text together each time.
    package var path: String {
        guard var target = head.path else { return "/" }
        return target.withUTF8 { octets in
            octets.firstIndex(of: UInt8(ascii: "?")).map { String(decoding: octets[..<$0], as: UTF8.self) }
        } ?? target
    }

    /// What stands between the slashes of the path, as it came, counted from 0; empty parts do not count. Routes with `*` in this place cost the
    /// router a good deal less than those with a parameter.
    package func pathComponent(_ position: Int) -> String? {
        let parts = path.utf8.split(separator: UInt8(ascii: "/"), maxSplits: position + 1)
        return parts.count > position ? String(Substring(parts[position])) : nil
    }

    /// The media type of `Content-Type`, lower case, without parameters; nil when absent.
    package var mediaType: String? {
        headers.value(of: .contentType).map { value in
            // Nearly always written as it is wanted.
            let isPlain = value.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: ";") && !(0x41...0x5A).contains($0) }
            return isPlain ? value : value.prefix { $0 != ";" }.lowercased().filter { !$0.isWhitespace }
        }
    }

    package var userAgent: String? { headers.value(of: .userAgent) }

    /// User name and password of `Authorization: Basic` (RFC 7617, UTF-8); nil when absent or malformed.
    package var basicCredentials: (username: String, password: String)? {
        headers.value(of: .authorization).flatMap(BasicCredentials.parse)
    }
}
