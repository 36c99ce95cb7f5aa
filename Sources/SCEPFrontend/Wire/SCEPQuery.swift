/// A raw query string. It stays raw because a form decoder would turn the `+` of a base64 message into a space.
package struct SCEPQuery: Sendable, Hashable {
    package let raw: String

    package init(_ raw: String) { self.raw = raw }

    /// The still escaped value of the first pair of that name, which is of ASCII letters. Pairs are separated by `&` alone; `;` belongs to
    /// the value.
    package func value(of name: String) -> String? {
        let bytes = raw.utf8
        var start = bytes.startIndex
        while start < bytes.endIndex {
            // By bytes: a message is thousands of them, and characters take twenty times as long.
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "&")) ?? bytes.endIndex
            let pair = bytes[start..<end]
            let equals = pair.firstIndex(of: UInt8(ascii: "="))
            if pair[..<(equals ?? end)].elementsEqual(name.utf8, by: { $0 | 0x20 == $1 | 0x20 }) {
                return equals.map { String(raw[bytes.index(after: $0)..<end]) } ?? ""
            }
            guard end < bytes.endIndex else { break }
            start = bytes.index(after: end)
        }
        return nil
    }
}
