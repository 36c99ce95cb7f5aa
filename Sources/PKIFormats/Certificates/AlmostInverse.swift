/// Kaliski's almost inverse (The Montgomery inverse and its applications, IEEE Transactions on Computers 44, 1995): of a number modulo an
/// odd one, both of 256 bits, times a power of two that it happens to take. Its time depends on the numbers: for public ones only.
struct AlmostInverse {
    /// number⁻¹ · 2^exponent modulo the modulus, and less than it.
    let value: UInt256
    /// Less than 512.
    let exponent: Int

    /// Nil where there is no inverse, and where the modulus is even or the number not less than it.
    init?(of number: UInt256, modulo modulus: UInt256) {
        guard number != .zero, number < modulus, modulus.low & 1 == 1 else { return nil }
        // Throughout: modulus = u·s + v·r, number·s = v·2^exponent and number·r = -u·2^exponent modulo the modulus. So r and s stay below it.
        var (u, v, r, s) = (modulus, number, UInt256.zero, UInt256.one)
        var exponent = v.dropTrailingZeros()
        while u != v {
            if v < u {
                u.subtract(v)
                r.add(s)
                let zeros = u.dropTrailingZeros()
                s.shiftLeft(by: zeros)
                exponent += zeros
            } else {
                v.subtract(u)
                s.add(r)
                let zeros = v.dropTrailingZeros()
                r.shiftLeft(by: zeros)
                exponent += zeros
            }
        }
        guard v == .one else { return nil }
        (value, self.exponent) = (s, exponent)
    }
}

/// An unsigned number below 2²⁵⁶; what overflows is lost.
struct UInt256: Equatable {
    private(set) var high: UInt128
    private(set) var low: UInt128

    static let zero = UInt256(high: 0, low: 0)
    static let one = UInt256(high: 0, low: 1)

    private init(high: UInt128, low: UInt128) { (self.high, self.low) = (high, low) }

    /// The most significant octet first, 32 in all.
    init(octets: some Sequence<UInt8>) {
        self = .zero
        for octet in octets {
            shiftLeft(by: 8)
            low |= UInt128(octet)
        }
    }

    var octets: [UInt8] {
        withUnsafeBytes(of: (high.bigEndian, low.bigEndian)) { Array($0) }
    }

    static func < (left: UInt256, right: UInt256) -> Bool {
        left.high == right.high ? left.low < right.low : left.high < right.high
    }

    mutating func add(_ other: UInt256) {
        let (sum, carries) = low.addingReportingOverflow(other.low)
        low = sum
        high = high &+ other.high &+ (carries ? 1 : 0)
    }

    mutating func subtract(_ other: UInt256) {
        let (difference, borrows) = low.subtractingReportingOverflow(other.low)
        low = difference
        high = high &- other.high &- (borrows ? 1 : 0)
    }

    mutating func shiftLeft(by count: Int) {
        guard count > 0 else { return }
        guard count < 128 else {
            (high, low) = (low << (count - 128), 0)
            return
        }
        high = high &<< UInt128(count) | low &>> UInt128(128 - count)
        low = low &<< UInt128(count)
    }

    /// Divides by the highest power of two that divides it; not for zero.
    /// - Returns: which power that is.
    mutating func dropTrailingZeros() -> Int {
        if low == 0 {
            let count = high.trailingZeroBitCount
            (high, low) = (0, high >> count)
            return 128 + count
        }
        let count = low.trailingZeroBitCount
        guard count > 0 else { return 0 }
        low = low &>> UInt128(count) | high &<< UInt128(128 - count)
        high = high &>> UInt128(count)
        return count
    }
}
