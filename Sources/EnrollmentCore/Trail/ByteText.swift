/// A text that is put together piece by piece as octets: a piece appended to a `String` costs several times as much.
struct ByteText {
    private(set) var octets: [UInt8] = []

    /// - Parameter capacity: octets to expect.
    init(capacity: Int) { octets.reserveCapacity(capacity) }

    var string: String { String(decoding: octets, as: UTF8.self) }

    mutating func append(literal text: StaticString) { text.withUTF8Buffer { octets.append(contentsOf: $0) } }

    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { octets.append(contentsOf: $0) }
    }

    /// The text as a JSON string in quotation marks; what does not print is escaped.
    mutating func append(quoted text: String) {
        append(literal: "\"")
        if text.isPrintableASCII(besides: UInt8(ascii: "\""), UInt8(ascii: "\\")) {
            append(text)
        } else {
            for scalar in text.unicodeScalars { append(escaped: scalar) }
        }
        append(literal: "\"")
    }

    private mutating func append(escaped scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": append(literal: "\\\"")
        case "\\": append(literal: "\\\\")
        case _ where scalar.isPrintable: append(String(scalar))
        default:
            for unit in Character(scalar).utf16 {
                let digits = String(unit, radix: 16)
                append("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
            }
        }
    }
}
