import PKIFormats

/// A parsed JSON value. Texts stay the bytes they were, so that base64url of a whole request is not copied to be looked at.
package enum JSONValue: Sendable {
    case object(JSONObject)
    case array([JSONValue])
    case string(JSONString)
    /// The digits as they stand.
    case number(ArraySlice<UInt8>)
    case flag(Bool)
    case null
}

/// A JSON text, unescaped only when it is asked for.
package struct JSONString: Sendable {
    /// Between the quotes.
    let raw: ArraySlice<UInt8>
    let hasEscapes: Bool

    /// The bytes of the text; the parser has checked every escape and the UTF-8.
    package var bytes: ArraySlice<UInt8> { hasEscapes ? unescaped()[...] : raw }

    package var text: String { String(decoding: bytes, as: UTF8.self) }

    private func unescaped() -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(raw.count)
        var rest = raw
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\"), let kind = rest.popFirst() else {
                result.append(byte)
                continue
            }
            switch kind {
            case UInt8(ascii: "b"): result.append(0x08)
            case UInt8(ascii: "f"): result.append(0x0C)
            case UInt8(ascii: "n"): result.append(0x0A)
            case UInt8(ascii: "r"): result.append(0x0D)
            case UInt8(ascii: "t"): result.append(0x09)
            case UInt8(ascii: "u"): result += Self.scalar(&rest)
            default: result.append(kind)
            }
        }
        return result
    }

    /// UTF-8 of the code point whose one or two code units begin `rest`, after the first `\u`.
    private static func scalar(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
        let unit = codeUnit(&rest)
        guard unit & 0xFC00 == 0xD800 else { return utf8(unit) }
        rest = rest.dropFirst(2)
        return utf8(0x10000 + (unit & 0x3FF) << 10 + codeUnit(&rest) & 0x3FF)
    }

    private static func codeUnit(_ rest: inout ArraySlice<UInt8>) -> UInt32 {
        defer { rest = rest.dropFirst(4) }
        return rest.prefix(4).reduce(0) { $0 << 4 | UInt32(Character(UnicodeScalar($1)).hexDigitValue ?? 0) }
    }

    private static func utf8(_ number: UInt32) -> [UInt8] { Array(String(UnicodeScalar(number) ?? "\u{FFFD}").utf8) }
}
