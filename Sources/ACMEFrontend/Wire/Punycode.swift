/// RFC 3492, as far as it takes to tell a real A-label from a fake one.
enum Punycode {
    private static let base = 36
    private static let tMin = 1
    private static let tMax = 26

    /// Whether `digits` (what follows `xn--`, lower case) decodes to text with a non-ASCII character that encodes to the same digits.
    static func isCanonical(_ digits: Substring) -> Bool {
        guard let text = decode(Array(digits.utf8)), text.contains(where: { $0 >= 0x80 }) else { return false }
        guard text.allSatisfy(isLabelCharacter) else { return false }
        return encode(text) == Array(digits.utf8)
    }

    /// The categories that IDNA2008 lets into labels: lower-case and caseless letters, marks, digits; and the hyphen.
    private static func isLabelCharacter(_ point: UInt32) -> Bool {
        guard let scalar = Unicode.Scalar(point) else { return false }
        return switch scalar.properties.generalCategory {
        case .lowercaseLetter, .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark, .decimalNumber: true
        default: scalar == "-"
        }
    }

    /// The code points, or nil when the digits are not Punycode.
    static func decode(_ input: [UInt8]) -> [UInt32]? {
        var output: [UInt32] = []
        var rest = input[...]
        if let hyphen = input.lastIndex(of: UInt8(ascii: "-")) {
            output = input[..<hyphen].map(UInt32.init)
            rest = input[(hyphen + 1)...]
        }
        guard !rest.isEmpty else { return nil }
        var n = 128
        var i = 0
        var bias = 72
        while !rest.isEmpty {
            let before = i
            var weight = 1
            var k = base
            while true {
                guard let byte = rest.popFirst(), let digit = digit(of: byte) else { return nil }
                i += digit * weight
                guard i <= 0x10FFFF * 64 else { return nil }
                let t = threshold(k, bias)
                if digit < t { break }
                weight *= base - t
                guard weight <= 0x10FFFF * 64 else { return nil }
                k += base
            }
            let count = output.count + 1
            bias = adapt(i - before, count, isFirst: before == 0)
            n += i / count
            i %= count
            guard n <= 0x10FFFF, let point = Unicode.Scalar(UInt32(n)) else { return nil }
            output.insert(point.value, at: i)
            i += 1
        }
        return output
    }

    static func encode(_ input: [UInt32]) -> [UInt8] {
        var output = input.filter { $0 < 0x80 }.map { UInt8($0) }
        let basic = output.count
        if basic > 0 { output.append(UInt8(ascii: "-")) }
        var n = 128
        var delta = 0
        var bias = 72
        var handled = basic
        while handled < input.count {
            guard let next = input.filter({ $0 >= UInt32(n) }).min() else { return output }
            delta += (Int(next) - n) * (handled + 1)
            n = Int(next)
            for point in input.map(Int.init) {
                if point < n { delta += 1 }
                guard point == n else { continue }
                var q = delta
                var k = base
                while true {
                    let t = threshold(k, bias)
                    if q < t { break }
                    output.append(character(of: t + (q - t) % (base - t)))
                    q = (q - t) / (base - t)
                    k += base
                }
                output.append(character(of: q))
                bias = adapt(delta, handled + 1, isFirst: handled == basic)
                delta = 0
                handled += 1
            }
            delta += 1
            n += 1
        }
        return output
    }

    private static func threshold(_ k: Int, _ bias: Int) -> Int { min(max(k - bias, tMin), tMax) }

    private static func adapt(_ delta: Int, _ count: Int, isFirst: Bool) -> Int {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / count
        var k = 0
        while delta > ((base - tMin) * tMax) / 2 {
            delta /= base - tMin
            k += base
        }
        return k + (base - tMin + 1) * delta / (delta + 38)
    }

    private static func digit(of byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"): Int(byte - UInt8(ascii: "a"))
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0")) + 26
        default: nil
        }
    }

    private static func character(of digit: Int) -> UInt8 {
        digit < 26 ? UInt8(ascii: "a") + UInt8(digit) : UInt8(ascii: "0") + UInt8(digit - 26)
    }
}
