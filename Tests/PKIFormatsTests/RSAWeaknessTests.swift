import PKIFormats
import Testing

/// The fast way of `RSAPublicKey.weakness` against the plain way, number by number.
@Suite("Weak RSA moduli")
struct RSAWeaknessTests {
    @Test("A modulus has a small factor exactly when an odd prime below 752 divides it")
    func smallFactors() throws {
        // Without small factors itself.
        var cofactor = Self.sum(Self.shifted([3], bits: 1000), [1])
        while Self.hasSmallFactor(cofactor) { cofactor = Self.sum(cofactor, [2]) }
        let primes = Self.primes(below: 800)
        #expect(primes.count == 138 && primes.last == 797)
        for prime in primes {
            let modulus = Self.product(cofactor, [UInt8(prime >> 8), UInt8(prime & 0xFF)])
            #expect(try Self.weakness(modulus) == (prime < 752 ? .smallFactor : nil), "\(prime)")
        }
    }

    @Test("Random moduli of all sizes get the verdict of the plain way")
    func randomModuli() throws {
        var generator = SystemRandomNumberGenerator()
        var verdicts: [RSAPublicKey.Weakness?: Int] = [:]
        for _ in 0..<200 {
            var modulus = (0..<Int.random(in: 64...512, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
            modulus[0] |= 0x40
            modulus[modulus.count - 1] |= 1
            let verdict = try Self.weakness(modulus)
            #expect(verdict == Self.plainWeakness(modulus), "\(modulus)")
            verdicts[verdict, default: 0] += 1
        }
        // One in six has no small factor.
        #expect(verdicts[nil, default: 0] > 0 && verdicts[.smallFactor, default: 0] > 0)
    }

    @Test("Close primes are found up to 100 steps above the square root, and not at 101", arguments: 1...10)
    func stepsOfFermat(root: Int) throws {
        // (a + b)(a - b) with a slightly above 2^1023 and b = 2^512 root lies root² steps below a².
        for (extra, found) in [(0, true), (1, root < 10)] {
            let b = Self.sum(Self.shifted([UInt8(root)], bits: 512), Self.shifted([UInt8(extra)], bits: 508))
            var a = Self.sum(Self.shifted([1], bits: 1023), [1])
            while Self.hasSmallFactor(Self.sum(a, b)) || Self.hasSmallFactor(Self.difference(a, b)) { a = Self.sum(a, [2]) }
            let modulus = Self.product(Self.sum(a, b), Self.difference(a, b))
            #expect(try Self.weakness(modulus) == (found ? .closePrimes : nil), "\(root) \(extra)")
        }
    }

    @Test("Powers of 65537 are found, and one that is spoilt modulo one prime is not")
    func infineonResidues() throws {
        var power: [UInt8] = [1]
        for _ in 0..<100 { power = Self.product(power, [1, 0, 1]) }
        #expect(try Self.weakness(power) == .infineonPrimes)
        for offset in stride(from: 2, through: 60, by: 2) {
            let spoilt = Self.sum(power, [UInt8(offset)])
            #expect(try Self.weakness(spoilt) == Self.plainWeakness(spoilt))
        }
    }

    private static func weakness(_ modulus: [UInt8]) throws -> RSAPublicKey.Weakness? {
        try #require(SubjectPublicKeyInfo.rsa(modulus: modulus, exponent: [1, 0, 1]).rsa).weakness
    }

    /// Prime by prime; without Fermat's method, which random numbers never need.
    private static func plainWeakness(_ modulus: [UInt8]) -> RSAPublicKey.Weakness? {
        if hasSmallFactor(modulus) { return .smallFactor }
        let isInfineon = smallPrimes.filter({ $0 <= 167 }).allSatisfy { prime in
            var powers: Set<UInt> = []
            var power: UInt = 1
            while powers.insert(power).inserted { power = power * 65_537 % prime }
            return powers.contains(remainder(modulus, prime))
        }
        return isInfineon ? .infineonPrimes : nil
    }

    private static func primes(below limit: UInt) -> [UInt] {
        (3..<limit).filter { candidate in (2..<candidate).allSatisfy { candidate % $0 != 0 } }
    }

    private static let smallPrimes = primes(below: 752)

    private static func hasSmallFactor(_ number: [UInt8]) -> Bool { smallPrimes.contains { remainder(number, $0) == 0 } }

    private static func remainder(_ number: [UInt8], _ divisor: UInt) -> UInt {
        number.reduce(0) { ($0 << 8 | UInt($1)) % divisor }
    }

    private static func shifted(_ number: [UInt8], bits: Int) -> [UInt8] {
        product(number, [UInt8(1 << (bits % 8))] + [UInt8](repeating: 0, count: bits / 8))
    }

    private static func sum(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] { digitwise(left, right) { $0 + $1 } }

    /// `left` is the greater one.
    private static func difference(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] { digitwise(left, right) { $0 - $1 } }

    private static func digitwise(_ left: [UInt8], _ right: [UInt8], _ combine: (Int, Int) -> Int) -> [UInt8] {
        let count = max(left.count, right.count) + 1
        var result = [UInt8](repeating: 0, count: count)
        var carry = 0
        for place in 0..<count {
            let digit =
                combine(
                    place < left.count ? Int(left[left.count - 1 - place]) : 0,
                    place < right.count ? Int(right[right.count - 1 - place]) : 0) + carry
            result[count - 1 - place] = UInt8(truncatingIfNeeded: digit)
            carry = digit >> 8
        }
        return Array(result.drop { $0 == 0 })
    }

    private static func product(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
        var result = [UInt8](repeating: 0, count: left.count + right.count)
        for (i, high) in left.enumerated().reversed() {
            var carry = 0
            for (j, low) in right.enumerated().reversed() {
                let digit = Int(high) * Int(low) + Int(result[i + j + 1]) + carry
                result[i + j + 1] = UInt8(truncatingIfNeeded: digit)
                carry = digit >> 8
            }
            result[i] = UInt8(truncatingIfNeeded: carry)
        }
        return Array(result.drop { $0 == 0 })
    }
}
