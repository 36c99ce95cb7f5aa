extension String {
    /// The text with control characters, bidirectional overrides and line separators written as escapes: what a stranger sent must not
    /// steer an operator's terminal, nor forge a line of a log.
    var printable: String {
        if isPrintableASCII() { return self }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.isPrintable {
                text.unicodeScalars.append(scalar)
            } else {
                text += "\\u{\(String(scalar.value, radix: 16))}"
            }
        }
        return text
    }
}

extension String {
    /// Whether every octet is a printable character of ASCII, and none of these: nearly every text, found without decoding it.
    func isPrintableASCII(besides first: UInt8 = 0x7F, _ second: UInt8 = 0x7F) -> Bool {
        var text = self
        return text.withUTF8 { UnsafeRawBufferPointer($0).isPrintableASCII(besides: first, second) }
    }
}

extension UnsafeRawBufferPointer {
    func isPrintableASCII(besides first: UInt8 = 0x7F, _ second: UInt8 = 0x7F) -> Bool {
        var position = 0
        while position + 8 <= count {
            let eight = loadUnaligned(fromByteOffset: position, as: UInt64.self)
            guard eight.areAllPrintable(besides: first, second) else { return false }
            position += 8
        }
        while position < count {
            let octet = self[position]
            guard octet >= 0x20, octet < 0x7F, octet != first, octet != second else { return false }
            position += 1
        }
        return true
    }
}

extension UInt64 {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// Of its eight octets. The subtraction sets the high bit of the lowest octet below 0x20; where that one has it, it does not matter what
    /// its borrow does to those above.
    fileprivate func areAllPrintable(besides first: UInt8, _ second: UInt8) -> Bool {
        (self | (self &- Self.ones &* 0x20) | isOctet(0x7F) | isOctet(first) | isOctet(second)) & Self.highBits == 0
    }

    /// The high bit is set in the lowest octet that is this one.
    private func isOctet(_ octet: UInt8) -> UInt64 {
        let difference = self ^ Self.ones &* UInt64(octet)
        return (difference &- Self.ones) & ~difference
    }
}

extension String {
    /// The first `limit` characters. Counting bytes first spares most texts the search for where characters end.
    func cut(to limit: Int) -> String { utf8.count <= limit ? self : String(prefix(limit)) }
}

extension Unicode.Scalar {
    /// Whether it shows, and shows nothing but itself.
    var isPrintable: Bool {
        if isASCII { return (0x20...0x7E).contains(value) }
        return switch properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: false
        default: true
        }
    }
}
