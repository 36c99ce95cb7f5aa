/// base64url without padding (RFC 4648 §5), the only text form of bytes in ACME.
package enum Base64URL {
    package static func encode(_ bytes: some Sequence<UInt8>) -> String { encode(Array(bytes)) }

    package static func encode(_ bytes: [UInt8]) -> String {
        let alphabet = Self.alphabet
        return String(unsafeUninitializedCapacity: (bytes.count * 4 + 2) / 3) { digits in
            var buffer: UInt32 = 0
            var bits: UInt32 = 0
            var count = 0
            for byte in bytes {
                buffer = (buffer << 8 | UInt32(byte)) & 0xFFFF
                bits += 8
                while bits >= 6 {
                    bits -= 6
                    digits[count] = alphabet[Int(buffer >> bits & 0x3F)]
                    count += 1
                }
            }
            if bits > 0 {
                digits[count] = alphabet[Int(buffer << (6 - bits) & 0x3F)]
                count += 1
            }
            return count
        }
    }

    /// The bytes, or nil: another alphabet, white space, an impossible length or set bits after the last byte.
    /// `toleratesPadding` strips `=` at the end, which one NAS vendor's client sends in `csr`.
    package static func decode(_ text: String, toleratesPadding: Bool = false) -> [UInt8]? {
        decode(Array(text.utf8)[...], toleratesPadding: toleratesPadding)
    }

    /// The same, of the digits' bytes.
    package static func decode(_ text: ArraySlice<UInt8>, toleratesPadding: Bool = false) -> [UInt8]? {
        var digits = text
        if toleratesPadding {
            while digits.last == UInt8(ascii: "=") { digits.removeLast() }
        }
        guard digits.count % 4 != 1 else { return nil }
        var isGood = false
        let bytes = [UInt8](unsafeUninitializedCapacity: digits.count * 3 / 4) { bytes, count in
            isGood = digits.withUnsafeBufferPointer { digits in
                Self.values.withUnsafeBufferPointer { values in decode(digits, values, into: bytes) }
            }
            count = digits.count * 3 / 4
        }
        return isGood ? bytes : nil
    }

    /// - Returns: whether every digit is one, and no bit is set after the last byte.
    private static func decode(
        _ digits: UnsafeBufferPointer<UInt8>, _ values: UnsafeBufferPointer<UInt8>, into bytes: UnsafeMutableBufferPointer<UInt8>
    ) -> Bool {
        // All bits of all values: the upper two are set once a digit is none.
        var seen: UInt32 = 0
        var count = 0
        var place = 0
        @inline(__always) func take(_ size: Int) {
            var bits: UInt32 = 0
            for digit in place..<place + size {
                let value = UInt32(values[Int(digits[digit])])
                seen |= value
                bits = bits << 6 | value
            }
            bits <<= 6 * UInt32(4 - size)
            for byte in 1..<size { bytes[count + byte - 1] = UInt8(truncatingIfNeeded: bits >> (24 - 8 * UInt32(byte))) }
            seen |= bits << (8 * UInt32(size - 1)) & 0xFF_FFFF
            count += size - 1
            place += size
        }
        while digits.count - place >= 4 { take(4) }
        // Two digits or three.
        if place < digits.count { take(digits.count - place) }
        return seen < 64
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)
    private static let none: UInt8 = 255
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: none, count: 256)
        for (value, digit) in alphabet.enumerated() { values[Int(digit)] = UInt8(value) }
        return values
    }()
}
