/// A raw query string. It stays raw because a form decoder would turn the `+` of a base64 message into a space.
package struct SCEPQuery: Sendable {
    /// Octets: a message is thousands of them, and characters take twenty times as long.
    private let octets: [UInt8]

    package init(_ raw: String) { octets = Array(raw.utf8) }

    /// What follows the first `?` of a request target.
    package init(ofTarget target: String) {
        var target = target
        octets = target.withUTF8 { octets in
            let mark = octets.firstIndex(of: UInt8(ascii: "?")) ?? octets.endIndex
            return Array(octets[mark...].dropFirst())
        }
    }

    /// The still escaped value of the first pair of that name, which is of ASCII letters. Pairs are separated by `&` alone; `;` belongs to
    /// the value.
    package func value(of name: String) -> ArraySlice<UInt8>? {
        var rest = octets[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "&")) ?? rest.endIndex
            let pair = rest[..<end]
            let equals = pair.prefix(name.utf8.count + 1).firstIndex(of: UInt8(ascii: "="))
            if pair[..<(equals ?? end)].elementsEqual(name.utf8, by: { $0 | 0x20 == $1 | 0x20 }) {
                return equals.map { pair[($0 + 1)...] } ?? []
            }
            rest = rest[min(end + 1, rest.endIndex)...]
        }
        return nil
    }
}
