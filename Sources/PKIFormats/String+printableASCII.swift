extension String {
    /// Whether every octet is a printable character of ASCII, and none of these: nearly every text, found without decoding it.
    package func isPrintableASCII(besides first: UInt8 = 0x7F, _ second: UInt8 = 0x7F) -> Bool {
        var text = self
        return text.withUTF8 { UnsafeRawBufferPointer($0).isPrintableASCII(besides: first, second) }
    }
}

extension UnsafeRawBufferPointer {
    package func isPrintableASCII(besides first: UInt8 = 0x7F, _ second: UInt8 = 0x7F) -> Bool {
        printablePrefix(besides: first, second) == count
    }

    /// How many octets at the beginning are printable characters of ASCII, and none of these.
    package func printablePrefix(besides first: UInt8 = 0x7F, _ second: UInt8 = 0x7F) -> Int {
        var position = 0
        while position + 8 <= count,
            loadUnaligned(fromByteOffset: position, as: UInt64.self).areAllPrintable(besides: first, second)
        {
            position += 8
        }
        while position < count, (0x20..<0x7F).contains(self[position]), self[position] != first, self[position] != second { position += 1 }
        return position
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
