/// An object identifier: the contents octets of its DER. Up to fifteen stand in the value itself, so that comparing and copying the
/// identifiers of every day touches no memory beside it.
package struct OID: Sendable, Hashable, ExpressibleByArrayLiteral, CustomStringConvertible {
    /// The first eight octets, the first one highest; zero bits where there are fewer.
    private let head: UInt64
    /// The next seven and, lowest, their count.
    private let tail: UInt64
    /// All octets, where they are more.
    private let long: [UInt8]?

    /// - Parameter contents: the contents octets; nil unless each of its numbers is in the fewest octets, at most nine.
    package init?(contents: some Collection<UInt8>) {
        var group = 0
        for byte in contents {
            guard group > 0 || byte != 0x80, group < 9 else { return nil }
            group = byte < 0x80 ? 0 : group + 1
        }
        guard group == 0, !contents.isEmpty else { return nil }
        self.init(unchecked: contents)
    }

    private init(unchecked contents: some Collection<UInt8>) {
        let count = contents.count
        guard count <= 15 else {
            (head, tail, long) = (0, 0, Array(contents))
            return
        }
        var (head, tail) = (UInt64(0), UInt64(count))
        for (position, byte) in contents.enumerated() {
            if position < 8 {
                head |= UInt64(byte) << (56 - 8 * UInt64(position))
            } else {
                tail |= UInt64(byte) << (120 - 8 * UInt64(position))
            }
        }
        (self.head, self.tail, long) = (head, tail, nil)
    }

    /// The numbers from the root down, at least two.
    package init(arrayLiteral numbers: UInt...) { self.init(unchecked: Self.encode(numbers.map(UInt64.init))) }

    /// Reads the dotted form of a person or a configuration; nil for anything that is no object identifier.
    package init?(dotted text: String) {
        var contents: [UInt8] = []
        // The numbers that ended by now; the first one waits for the second.
        var (count, first) = (0, UInt64(0))
        var (number, digits) = (UInt64(0), 0)
        contents.reserveCapacity(text.utf8.count)
        func end() -> Bool {
            guard digits > 0, count < 32 else { return false }
            switch count {
            case 0: first = number
            case 1 where first < 2 && number < 40 || first == 2: Self.append(first * 40 + number, to: &contents)
            case 1: return false
            default: Self.append(number, to: &contents)
            }
            count += 1
            (number, digits) = (0, 0)
            return true
        }
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"):
                number = number * 10 + UInt64(byte - UInt8(ascii: "0"))
                digits += 1
                guard number <= UInt32.max else { return nil }
            case UInt8(ascii: "."): guard end() else { return nil }
            default: return nil
            }
        }
        guard end(), count >= 2 else { return nil }
        self.init(unchecked: contents)
    }

    private static func encode(_ numbers: [UInt64]) -> [UInt8] {
        guard let first = numbers.first, let second = numbers.dropFirst().first else { return [] }
        var contents: [UInt8] = []
        append(first * 40 + second, to: &contents)
        for number in numbers.dropFirst(2) { append(number, to: &contents) }
        return contents
    }

    /// Seven bits an octet, the highest first (X.690 §8.19.2).
    private static func append(_ number: UInt64, to contents: inout [UInt8]) {
        var shift = max(0, (UInt64.bitWidth - 1 - number.leadingZeroBitCount) / 7 * 7)
        while shift > 0 {
            contents.append(0x80 | UInt8(truncatingIfNeeded: number >> UInt64(shift)))
            shift -= 7
        }
        contents.append(UInt8(truncatingIfNeeded: number & 0x7F))
    }

    private var contents: [UInt8] {
        if let long { return long }
        let count = Int(tail & 0xFF)
        return DERBytes.inPlace(count) { octets in
            write(to: octets, count)
            return count
        }
    }

    /// The octets of a value that stands in itself.
    private func write(to octets: UnsafeMutableRawBufferPointer, _ count: Int) {
        for position in 0..<count {
            octets[position] = UInt8(
                truncatingIfNeeded: position < 8 ? head >> (56 - 8 * UInt64(position)) : tail >> (120 - 8 * UInt64(position)))
        }
    }

    /// The whole DER element, tag and length included.
    package var der: [UInt8] {
        if let long { return DERBytes.element(0x06, long) }
        let count = Int(tail & 0xFF)
        return DERBytes.inPlace(count + 2) { octets in
            octets[0] = 0x06
            octets[1] = UInt8(truncatingIfNeeded: count)
            write(to: UnsafeMutableRawBufferPointer(rebasing: octets[2...]), count)
            return count + 2
        }
    }

    /// The dotted form.
    package var description: String {
        let contents = contents
        var text: [UInt8] = []
        text.reserveCapacity(4 * contents.count + 2)
        func append(_ number: UInt64) {
            if !text.isEmpty { text.append(UInt8(ascii: ".")) }
            text += String(number).utf8
        }
        var number: UInt64 = 0
        for byte in contents {
            number = number << 7 | UInt64(byte & 0x7F)
            guard byte < 0x80 else { continue }
            if text.isEmpty {
                let root = min(number / 40, 2)
                append(root)
                number -= root * 40
            }
            append(number)
            number = 0
        }
        return String(decoding: text, as: UTF8.self)
    }
}
