import COpenSSL
import TestSupport
import Testing

@testable import PKIFormats

/// Against OpenSSL's inverse, shifted as far.
@Suite("Almost inverse")
struct AlmostInverseTests {
    private static let order = [UInt8](hex: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551") ?? []

    private static func expected(_ number: [UInt8], times exponent: Int, modulo modulus: [UInt8]) throws -> [UInt8] {
        let context = try #require(BN_CTX_new())
        let order = try #require(BN_bin2bn(modulus, Int32(modulus.count), nil))
        let value = try #require(BN_bin2bn(number, Int32(number.count), nil))
        defer {
            BN_CTX_free(context)
            BN_free(order)
            BN_free(value)
        }
        try #require(BN_mod_inverse(value, value, order, context) != nil)
        try #require(BN_mod_lshift(value, value, Int32(exponent), order, context) == 1)
        var octets = [UInt8](repeating: 0, count: 32)
        try #require(BN_bn2binpad(value, &octets, 32) == 32)
        return octets
    }

    @Test("Random numbers, those near the ends, and powers of two")
    func values() throws {
        var numbers: [[UInt8]] = (0..<500).map { _ in [UInt8.random(in: 0...0xfe)] + (1..<32).map { _ in UInt8.random(in: 0...255) } }
        numbers += (0..<255).map { bit in
            var octets = [UInt8](repeating: 0, count: 32)
            octets[31 - bit / 8] = 1 << UInt8(bit % 8)
            return octets
        }
        numbers.append(Self.order.dropLast() + [0x50])
        for number in numbers {
            let found = try #require(AlmostInverse(of: UInt256(octets: number), modulo: UInt256(octets: Self.order)))
            #expect(found.exponent < 512)
            #expect(try found.value.octets == Self.expected(number, times: found.exponent, modulo: Self.order), "\(number.hex)")
        }
    }

    @Test("What has no inverse, or stands outside, has none here")
    func none() {
        let order = UInt256(octets: Self.order)
        #expect(AlmostInverse(of: .zero, modulo: order) == nil)
        #expect(AlmostInverse(of: order, modulo: order) == nil)
        #expect(AlmostInverse(of: UInt256(octets: [UInt8](repeating: 0xff, count: 32)), modulo: order) == nil)
        let (three, four, nine) = (small(3), small(4), small(9))
        #expect(AlmostInverse(of: three, modulo: nine) == nil)
        #expect(AlmostInverse(of: three, modulo: four) == nil)
        #expect(AlmostInverse(of: four, modulo: nine) != nil)
    }

    private func small(_ number: UInt8) -> UInt256 { UInt256(octets: [UInt8](repeating: 0, count: 31) + [number]) }
}
