/// The bits of the keyUsage extension (RFC 5280 §4.2.1.3); raw bit n is named bit n.
package struct KeyUsage: OptionSet, Sendable, Hashable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) {
        self.rawValue = rawValue
    }

    package static let digitalSignature = KeyUsage(rawValue: 1 << 0)
    package static let contentCommitment = KeyUsage(rawValue: 1 << 1)
    package static let keyEncipherment = KeyUsage(rawValue: 1 << 2)
    package static let dataEncipherment = KeyUsage(rawValue: 1 << 3)
    package static let keyAgreement = KeyUsage(rawValue: 1 << 4)
    package static let keyCertSign = KeyUsage(rawValue: 1 << 5)
    package static let cRLSign = KeyUsage(rawValue: 1 << 6)
    package static let encipherOnly = KeyUsage(rawValue: 1 << 7)
    package static let decipherOnly = KeyUsage(rawValue: 1 << 8)

    /// What belongs to agreement alone. Named, as are the sets below: a literal makes its set anew each time.
    package static let agreement: KeyUsage = [.keyAgreement, .encipherOnly, .decipherOnly]
    package static let agreementInOneDirection: KeyUsage = [.encipherOnly, .decipherOnly]
    package static let encipherment: KeyUsage = [.keyEncipherment, .dataEncipherment]
    /// What a TLS server's key may be for, a client's, and a time stamper's (RFC 5280 §4.2.1.12).
    package static let ofTLSServers: KeyUsage = [.digitalSignature, .keyEncipherment, .keyAgreement]
    package static let ofTLSClients: KeyUsage = [.digitalSignature, .keyAgreement]
    package static let ofTimeStamps: KeyUsage = [.digitalSignature, .contentCommitment]

    private static let allNames = [
        "digitalSignature", "contentCommitment", "keyEncipherment", "dataEncipherment", "keyAgreement", "keyCertSign", "cRLSign",
        "encipherOnly",
        "decipherOnly",
    ]

    /// The names of the set bits, in bit order.
    package var names: [String] {
        Self.allNames.enumerated().filter { rawValue & (1 << UInt16($0.offset)) != 0 }.map(\.element)
    }

    /// nil for a name that is none of `names`.
    package init?(name: String) {
        guard let bit = Self.allNames.firstIndex(of: name) else { return nil }
        self.init(rawValue: 1 << UInt16(bit))
    }

    /// Reads the BIT STRING that is the value of the extension. Bits beyond the known ones are ignored.
    package init(der: [UInt8]) throws(FormatError) {
        let element = try TLV(der, "key usage", rules: .ber)
        guard element.tag == .bitString, let contents = element.primitive, let unused = contents.first, unused < 8 else {
            throw FormatError("key usage", "malformed BIT STRING")
        }
        var bits: UInt16 = 0
        for (position, byte) in contents.dropFirst().prefix(2).enumerated() { bits |= UInt16(byte.reversedBits) << UInt16(8 * position) }
        self.init(rawValue: bits & 0x1FF)
    }

    /// A DER BIT STRING with a named bit list: trailing zero bits dropped.
    var der: [UInt8] {
        var contents = [0, UInt8(truncatingIfNeeded: rawValue).reversedBits, UInt8(truncatingIfNeeded: rawValue >> 8).reversedBits]
        while contents.count > 1, contents.last == 0 { contents.removeLast() }
        if contents.count > 1, let last = contents.last { contents[0] = UInt8(truncatingIfNeeded: last.trailingZeroBitCount) }
        return DERBytes.element(0x03, contents)
    }
}

extension UInt8 {
    fileprivate var reversedBits: UInt8 {
        var reversed: UInt8 = 0
        for bit in 0..<8 { reversed = reversed << 1 | self >> UInt8(bit) & 1 }
        return reversed
    }
}
