import Foundation

/// User name and password of `Authorization: Basic` (RFC 7617, UTF-8).
enum BasicCredentials {
    private static let scheme = Array("basic".utf8)
    private static let limit = 4096

    /// Nil when malformed. The name ends at the first colon; the password may hold more.
    static func parse(_ value: String) -> (username: String, password: String)? {
        guard value.utf8.count <= limit else { return nil }
        let words = Array(value.utf8).split(separator: UInt8(ascii: " "), maxSplits: 1)
        guard words.count == 2, let scheme = words.first, let encoded = words.last, scheme.map({ $0 | 0x20 }) == Self.scheme,
            let text = Data(base64Encoded: Data(encoded.trimmingBlanks)), let colon = text.firstIndex(of: UInt8(ascii: ":")),
            let username = String(validating: text[..<colon], as: UTF8.self),
            let password = String(validating: text[(colon + 1)...], as: UTF8.self)
        else { return nil }
        return (username, password)
    }
}

extension ArraySlice<UInt8> {
    /// Without spaces and tabs at either end.
    fileprivate var trimmingBlanks: ArraySlice<UInt8> {
        func isBlank(_ unit: UInt8) -> Bool { unit == 0x20 || unit == 0x09 }
        var rest = drop(while: isBlank)
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return rest
    }
}
