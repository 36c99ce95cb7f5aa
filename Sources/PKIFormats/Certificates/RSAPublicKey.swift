/// The numbers of an RSA public key, most significant byte first, without leading zeros.
package struct RSAPublicKey: Sendable, Hashable {
    package let modulus: [UInt8]
    package let exponent: [UInt8]

    /// Reads RSAPublicKey (RFC 8017 §A.1.1).
    package init(der: [UInt8]) throws(FormatError) {
        let structure = "RSA public key"
        var reader = try TLV(der, structure, rules: .ber).sequence(structure)
        modulus = try Self.number(reader.take(.integer, "modulus"))
        exponent = try Self.number(reader.take(.integer, "exponent"))
        try reader.finish()
    }

    private static func number(_ element: TLV) throws(FormatError) -> [UInt8] {
        let bytes = try element.integer("RSA public key", limit: 4096)
        guard let first = bytes.first, first < 0x80 else { throw FormatError("RSA public key", "a negative number") }
        let magnitude = Array(bytes.drop { $0 == 0 })
        guard !magnitude.isEmpty else { throw FormatError("RSA public key", "a number is zero") }
        return magnitude
    }

    /// Size of the modulus.
    package var bits: Int { modulus.count * 8 - (modulus.first?.leadingZeroBitCount ?? 0) }

    package var kind: KeyKind { .rsa(bits: bits, exponent: exponent) }

    /// Odd numbers, an exponent from 3 up to 8 bytes, and at most 8192 bits, so that no verification takes long.
    package var isUsable: Bool {
        guard let low = modulus.last, let exponentLow = exponent.last else { return false }
        return low & 1 == 1 && exponentLow & 1 == 1 && exponent != [1] && exponent.count <= 8 && (512...8192).contains(bits)
    }
}
