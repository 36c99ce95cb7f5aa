/// `Ecdsa-Sig-Value ::= SEQUENCE { r INTEGER, s INTEGER }` (RFC 3279 §2.2.3) and its fixed form: r and s one behind the other, each as
/// long as the curve's order. Read by hand, because every enrollment needs it two or three times.
package enum ECDSASignatureValue {
    /// - Parameter fixed: r and s, of the same length.
    package static func der(_ fixed: [UInt8]) -> [UInt8] {
        let half = fixed.count / 2
        return DERBytes.sequence(
            DERBytes.integer(unsigned: Array(fixed[..<half])), DERBytes.integer(unsigned: Array(fixed[half...])))
    }

    /// - Parameter size: octets of a number.
    /// - Returns: nil unless this is DER of two numbers from 1 up that fit.
    static func fixed(_ der: [UInt8], size: Int) -> [UInt8]? {
        der.withUnsafeBufferPointer { octets in
            var reader = Reader(octets: octets)
            guard reader.take(0x30), let length = reader.length(), length == octets.count - reader.position else { return nil }
            var fixed = [UInt8](repeating: 0, count: 2 * size)
            guard reader.integer(into: &fixed, upTo: size), reader.integer(into: &fixed, upTo: 2 * size, size: size),
                reader.position == octets.count
            else { return nil }
            return fixed
        }
    }

    private struct Reader {
        let octets: UnsafeBufferPointer<UInt8>
        var position = 0

        mutating func take(_ octet: UInt8) -> Bool {
            guard position < octets.count, octets[position] == octet else { return false }
            position += 1
            return true
        }

        /// One octet, or two where the first says so: P-521 needs no more.
        mutating func length() -> Int? {
            guard position < octets.count else { return nil }
            let first = octets[position]
            position += 1
            if first < 0x80 { return Int(first) }
            guard first == 0x81, position < octets.count, octets[position] >= 0x80 else { return nil }
            defer { position += 1 }
            return Int(octets[position])
        }

        /// Copies a positive INTEGER so that it ends at `end`.
        mutating func integer(into fixed: inout [UInt8], upTo end: Int, size: Int? = nil) -> Bool {
            let size = size ?? end
            guard take(0x02), var count = length(), count > 0, count <= octets.count - position else { return false }
            if octets[position] == 0 {
                // A zero leads only where the next octet would make the number negative; alone it would be the number 0.
                guard count > 1, octets[position + 1] >= 0x80 else { return false }
                position += 1
                count -= 1
            } else if octets[position] >= 0x80 {
                return false
            }
            guard count <= size else { return false }
            for offset in 0..<count { fixed[end - count + offset] = octets[position + offset] }
            position += count
            return true
        }
    }
}
