/// A text that is put together piece by piece as octets: a piece appended to a `String` costs several times as much.
package struct ByteText: Sendable, Equatable {
    private(set) var octets: [UInt8] = []

    /// - Parameter capacity: octets to expect.
    init(capacity: Int) { octets.reserveCapacity(capacity) }

    var string: String { String(decoding: octets, as: UTF8.self) }

    init(_ text: String) { octets = Array(text.utf8) }

    mutating func append(literal text: StaticString) { text.withUTF8Buffer { octets.append(contentsOf: $0) } }

    mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { octets.append(contentsOf: $0) }
    }

    /// The text as a JSON string in quotation marks; what does not print is escaped.
    mutating func append(quoted text: String) {
        var text = text
        text.withUTF8 { append(quoted: UnsafeRawBufferPointer($0)) }
    }

    mutating func append(quoted text: ByteText) { text.octets.withUnsafeBytes { append(quoted: $0) } }

    private mutating func append(quoted text: UnsafeRawBufferPointer) {
        append(literal: "\"")
        if text.isPrintableASCII(besides: UInt8(ascii: "\""), UInt8(ascii: "\\")) {
            octets.append(contentsOf: text)
        } else {
            for scalar in String(decoding: text, as: UTF8.self).unicodeScalars { append(escaped: scalar) }
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

extension ByteText: ExpressibleByStringInterpolation {
    package struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var text: ByteText

        package init(literalCapacity: Int, interpolationCount: Int) {
            text = ByteText(capacity: literalCapacity + 24 * interpolationCount)
        }

        package mutating func appendLiteral(_ literal: String) { text.append(literal) }
        package mutating func appendInterpolation(_ value: String) { text.append(value) }
        package mutating func appendInterpolation(_ value: some CustomStringConvertible) { text.append(value.description) }
        package mutating func appendInterpolation(_ value: some Any) { text.append(String(describing: value)) }
    }

    package init(stringLiteral text: String) { self.init(text) }
    package init(stringInterpolation: StringInterpolation) { self = stringInterpolation.text }
}
