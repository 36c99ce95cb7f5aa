extension Collection<UInt8> {
    /// Lowercase hexadecimal digits, two a byte.
    package var hex: String { withContiguousStorageIfAvailable(HexDigits.text) ?? Array(self).withUnsafeBufferPointer(HexDigits.text) }
}

extension [UInt8] {
    /// The same without the way through the protocol.
    package var hex: String { withUnsafeBufferPointer(HexDigits.text) }
}

private enum HexDigits {
    static func text(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        String(unsafeUninitializedCapacity: bytes.count * 2) { text in
            var position = 0
            for byte in bytes {
                text[position] = digit(byte >> 4)
                text[position + 1] = digit(byte & 15)
                position += 2
            }
            return position
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 { value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10 }
}

extension [UInt8] {
    /// Reads hexadecimal digits of either case, nothing else between them; nil for anything odd.
    package init?(hex: String) {
        let digits = [UInt8](hex.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        self.init()
        reserveCapacity(digits.count / 2)
        for position in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.nibble(digits[position]), let low = Self.nibble(digits[position + 1]) else { return nil }
            append(high << 4 | low)
        }
    }

    private static func nibble(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
