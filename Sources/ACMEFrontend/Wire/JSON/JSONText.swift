import PKIFormats

/// Writes a JSON object member by member. The caller keeps the members sorted, as all of this server's JSON is.
package struct JSONText: Sendable {
    private(set) var bytes: [UInt8] = []
    private var isFirst = true

    init() { bytes.reserveCapacity(512) }

    /// The whole text of one value.
    package static func of(_ value: some JSONWritable) -> [UInt8] {
        var text = JSONText()
        value.write(to: &text)
        return text.bytes
    }

    /// `members` writes them, sorted.
    package mutating func object(_ members: (inout JSONText) -> Void) { enclose(UInt8(ascii: "{"), UInt8(ascii: "}"), members) }

    mutating func array<T: JSONWritable>(_ values: [T]) {
        enclose(UInt8(ascii: "["), UInt8(ascii: "]")) { text in
            for value in values {
                text.separate()
                value.write(to: &text)
            }
        }
    }

    /// One member of the object that is being written.
    package mutating func member(_ name: StaticString, _ value: some JSONWritable) {
        separate()
        bytes.append(UInt8(ascii: "\""))
        name.withUTF8Buffer { bytes.append(contentsOf: $0) }
        bytes.append(UInt8(ascii: "\""))
        bytes.append(UInt8(ascii: ":"))
        value.write(to: &self)
    }

    /// Nothing where there is no value.
    package mutating func member(_ name: StaticString, _ value: (some JSONWritable)?) {
        if let value { member(name, value) }
    }

    mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        defer { bytes.append(UInt8(ascii: "\"")) }
        // Nearly all.
        guard !text.isPrintableASCII(besides: UInt8(ascii: "\""), UInt8(ascii: "\\")) else { return literal(text) }
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes += [UInt8(ascii: "\\"), byte]
            case 0x08: bytes += Array(#"\b"#.utf8)
            case 0x09: bytes += Array(#"\t"#.utf8)
            case 0x0A: bytes += Array(#"\n"#.utf8)
            case 0x0C: bytes += Array(#"\f"#.utf8)
            case 0x0D: bytes += Array(#"\r"#.utf8)
            case 0..<0x20: bytes += Array(#"\u00\#(byte < 16 ? "0" : "")\#(String(byte, radix: 16))"#.utf8)
            default: bytes.append(byte)
            }
        }
    }

    mutating func literal(_ text: String) {
        var text = text
        text.withUTF8 { bytes.append(contentsOf: $0) }
    }

    private mutating func enclose(_ open: UInt8, _ close: UInt8, _ contents: (inout JSONText) -> Void) {
        let outer = isFirst
        isFirst = true
        bytes.append(open)
        contents(&self)
        bytes.append(close)
        isFirst = outer
    }

    private mutating func separate() {
        if !isFirst { bytes.append(UInt8(ascii: ",")) }
        isFirst = false
    }
}
