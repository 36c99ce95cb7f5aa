import PKIFormats

/// JSON as the ACME door accepts it (RFC 8259): an object in UTF-8, bounded in depth and members, no member named twice, no escapes in
/// member names. Unknown members are the reader's to ignore.
package struct StrictJSON {
    static let depthLimit = 12
    /// Of one object; every object of ACME has far fewer.
    static let memberLimit = 64

    private let what: String
    private let bytes: [UInt8]
    private var index = 0
    private var depth = 0

    /// Reads one JSON object, all of `bytes`.
    package static func object(_ bytes: [UInt8], what: String) throws(FormatError) -> JSONObject {
        guard case .object(let object) = try value(bytes, what: what) else { throw FormatError(what, "not a JSON object") }
        return object
    }

    /// Reads one JSON value, all of `bytes`.
    package static func value(_ bytes: [UInt8], what: String) throws(FormatError) -> JSONValue {
        // Nearly always ASCII: all high bits at once.
        guard bytes.reduce(0, |) < 0x80 || String(validating: bytes, as: UTF8.self) != nil else {
            throw FormatError(what, "not UTF-8")
        }
        var parser = StrictJSON(what: what, bytes: bytes)
        parser.skipSpace()
        let value = try parser.value()
        parser.skipSpace()
        guard parser.index == bytes.count else { throw FormatError(what, "goes on after its end") }
        return value
    }

    private init(what: String, bytes: [UInt8]) {
        self.what = what
        self.bytes = bytes
    }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private var invalid: FormatError { FormatError(what, "not valid JSON") }

    private mutating func skipSpace() {
        while let byte = next, byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { index += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        index += 1
        return true
    }

    private mutating func value() throws(FormatError) -> JSONValue {
        guard let first = next else { throw FormatError(what, "ends early") }
        switch first {
        case UInt8(ascii: "{"): return .object(try object())
        case UInt8(ascii: "["): return .array(try array())
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number(try number())
        case UInt8(ascii: "t"): return try word("true", .flag(true))
        case UInt8(ascii: "f"): return try word("false", .flag(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        default: throw invalid
        }
    }

    private mutating func word(_ word: StaticString, _ value: JSONValue) throws(FormatError) -> JSONValue {
        let count = word.utf8CodeUnitCount
        guard bytes.count - index >= count,
            word.withUTF8Buffer({ bytes[index..<index + count].elementsEqual($0) })
        else { throw invalid }
        index += count
        return value
    }

    private mutating func enter() throws(FormatError) {
        guard depth < Self.depthLimit else { throw FormatError(what, "nested too deeply") }
        depth += 1
        index += 1
        skipSpace()
    }

    private mutating func object() throws(FormatError) -> JSONObject {
        try enter()
        defer { depth -= 1 }
        var members: [(name: ArraySlice<UInt8>, value: JSONValue)] = []
        if take(UInt8(ascii: "}")) { return JSONObject(what: what, members: members) }
        members.reserveCapacity(4)
        while true {
            guard next == UInt8(ascii: "\"") else { throw index < bytes.count ? invalid : FormatError(what, "ends early") }
            let name = try string()
            guard !name.hasEscapes else { throw FormatError(what, "escape in a member name") }
            guard !members.contains(where: { $0.name == name.raw }) else {
                throw FormatError(what, "member \(String(decoding: name.raw.prefix(64), as: UTF8.self)) appears twice")
            }
            guard members.count < Self.memberLimit else { throw FormatError(what, "more than \(Self.memberLimit) members") }
            skipSpace()
            guard take(UInt8(ascii: ":")) else { throw invalid }
            skipSpace()
            members.append((name.raw, try value()))
            skipSpace()
            if take(UInt8(ascii: "}")) { return JSONObject(what: what, members: members) }
            guard take(UInt8(ascii: ",")) else { throw index < bytes.count ? invalid : FormatError(what, "ends early") }
            skipSpace()
        }
    }

    private mutating func array() throws(FormatError) -> [JSONValue] {
        try enter()
        defer { depth -= 1 }
        var values: [JSONValue] = []
        if take(UInt8(ascii: "]")) { return values }
        while true {
            values.append(try value())
            skipSpace()
            if take(UInt8(ascii: "]")) { return values }
            guard take(UInt8(ascii: ",")) else { throw index < bytes.count ? invalid : FormatError(what, "ends early") }
            skipSpace()
        }
    }

    private mutating func string() throws(FormatError) -> JSONString {
        index += 1
        let start = index
        var hasEscapes = false
        while true {
            skipPrintable()
            guard let byte = next else { throw FormatError(what, "unterminated string") }
            index += 1
            switch byte {
            case UInt8(ascii: "\""): return JSONString(raw: bytes[start..<index - 1], hasEscapes: hasEscapes)
            case UInt8(ascii: "\\"):
                hasEscapes = true
                try escape()
            case 0..<0x20: throw invalid
            default: break
            }
        }
    }

    /// Nearly all of a string.
    private mutating func skipPrintable() {
        let start = index
        index += bytes.withUnsafeBytes { bytes in
            UnsafeRawBufferPointer(rebasing: bytes[start...]).printablePrefix(besides: UInt8(ascii: "\""), UInt8(ascii: "\\"))
        }
    }

    /// After the backslash. A surrogate stands for nothing without its other half.
    private mutating func escape() throws(FormatError) {
        guard let kind = next else { throw FormatError(what, "unterminated string") }
        index += 1
        guard kind == UInt8(ascii: "u") else {
            guard "\"\\/bfnrt".utf8.contains(kind) else { throw invalid }
            return
        }
        switch try codeUnit() {
        case 0xD800..<0xDC00:
            guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")), (0xDC00..<0xE000).contains(try codeUnit()) else { throw invalid }
        case 0xDC00..<0xE000: throw invalid
        default: break
        }
    }

    private mutating func codeUnit() throws(FormatError) -> UInt32 {
        var unit: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(UnicodeScalar(byte)).hexDigitValue else { throw invalid }
            unit = unit << 4 | UInt32(digit)
            index += 1
        }
        return unit
    }

    private mutating func number() throws(FormatError) -> ArraySlice<UInt8> {
        let start = index
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
        return bytes[start..<index]
    }

    private mutating func digits() throws(FormatError) {
        let start = index
        while let byte = next, (0x30...0x39).contains(byte) { index += 1 }
        guard index > start else { throw invalid }
    }
}
