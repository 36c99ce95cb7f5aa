import PKIFormats
import SCEPWire
import Testing

@Suite("SCEP signed attributes")
struct SCEPAttributesTests {
    static let transactionID: (oid: OID, values: [[UInt8]]) = (SCEPAttributeType.transactionID, [[0x13, 2, 0x34, 0x32]])

    @Test("Strings of all four types are read and echoed byte for byte", arguments: [0x0C, 0x13, 0x14, 0x16] as [UInt8])
    func stringsAreEchoed(_ tag: UInt8) throws {
        let der: [UInt8] = [tag, 3, 0x61, 0x2B, 0xFF]
        #expect(try SCEPString(der: der).der == der)
    }

    @Test("An identifier of 255 bytes is read")
    func longIdentifier() throws {
        let der: [UInt8] = [0x13, 0x81, 0xFF] + [UInt8](repeating: 0x39, count: 255)
        #expect(try SCEPString(der: der).der == der)
    }

    @Test(
        "Malformed strings are refused",
        arguments: [
            [], [0x13], [0x13, 0], [0x13, 2, 0x31], [0x13, 1, 0x31, 0x31], [0x04, 1, 0x31], [0x33, 1, 0x31], [0x13, 0x80, 0, 0],
            [0x13, 0x82, 1, 0] + [UInt8](repeating: 0x31, count: 256),
        ] as [[UInt8]])
    func malformedStrings(_ der: [UInt8]) {
        #expect(throws: FormatError.self) { try SCEPString(der: der) }
    }

    @Test("Nonces of 0, 8, 16 and 64 bytes and none at all are accepted")
    func nonces() throws {
        for count in [0, 8, 16, 64] {
            let nonce = [UInt8](repeating: 7, count: count)
            let attributes = try SCEPAttributes([Self.transactionID, (SCEPAttributeType.senderNonce, [[0x04, UInt8(count)] + nonce])])
            #expect(attributes.senderNonce == nonce)
        }
        #expect(try SCEPAttributes([Self.transactionID]).senderNonce == nil)
    }

    @Test("A duplicate attribute, two values, no value, a long nonce and a missing transactionID are refused")
    func malformedSets() {
        let sets: [[(oid: OID, values: [[UInt8]])]] = [
            [], [Self.transactionID, Self.transactionID],
            [Self.transactionID, (SCEPAttributeType.messageType, [[0x13, 1, 0x31], [0x13, 1, 0x32]])],
            [Self.transactionID, (SCEPAttributeType.messageType, [])],
            [Self.transactionID, (SCEPAttributeType.senderNonce, [[0x04, 65] + [UInt8](repeating: 0, count: 65)])],
            [Self.transactionID, (SCEPAttributeType.senderNonce, [[0x13, 1, 0x31]])],
        ]
        for set in sets { #expect(throws: FormatError.self) { try SCEPAttributes(set) } }
    }
}
