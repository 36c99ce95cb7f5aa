import Foundation
import PKIFormats
import Testing

@Suite("DER, hexadecimal, identifiers, times")
struct PrimitiveTests {
    @Test(
        "Integers are written in the fewest bytes",
        arguments: [(0, "020100"), (127, "02017f"), (128, "02020080"), (-1, "0201ff"), (-129, "0202ff7f"), (65_536, "0203010000")])
    func integers(number: Int, hex: String) {
        #expect(DERBytes.integer(number).hex == hex)
    }

    @Test("An unsigned number with the top bit set gets a zero byte in front")
    func unsigned() {
        #expect(DERBytes.integer(unsigned: [0x80]).hex == "02020080")
        #expect(DERBytes.integer(unsigned: []).hex == "020100")
        #expect(DERBytes.integer(unsigned: [0, 0, 1]).hex == "020101")
    }

    @Test(
        "Long contents get a long form of the length",
        arguments: [(127, "047f"), (128, "048180"), (255, "0481ff"), (256, "04820100"), (70_000, "0483011170")])
    func lengths(count: Int, header: String) {
        #expect(DERBytes.octetString([UInt8](repeating: 0, count: count)).prefix(header.count / 2).hex == header)
    }

    @Test("A SET OF is sorted by its encodings")
    func sets() {
        #expect(DERBytes.set(of: [[4, 1, 9], [2, 1, 5], [4, 1, 3]]).hex == "3109020105040103040109")
        #expect(DERBytes.setInOrder([[4, 1, 9], [2, 1, 5]]).hex == "3106040109020105")
    }

    @Test("Hexadecimal goes both ways and refuses what is none")
    func hexadecimal() {
        #expect([UInt8](hex: "00fFa1") == [0, 255, 161])
        #expect([0, 255, 161].hex == "00ffa1")
        #expect([UInt8](hex: "0") == nil)
        #expect([UInt8](hex: "0g") == nil)
        #expect([UInt8](hex: " 00") == nil)
        #expect([UInt8](hex: "é") == nil)
    }

    @Test(
        "Dotted identifiers are read, and malformed ones refused",
        arguments: [
            "", "1", "1.", ".1.2", "3.1.2", "1.40", "1.-2", "1.2.x", "1.2.99999999999999999999", "+1.2", "1..2", "1.2.4294967296",
            "1.2" + String(repeating: ".1", count: 31),
        ])
    func malformedIdentifiers(text: String) {
        #expect(OID(dotted: text) == nil)
    }

    @Test("An identifier is the same in text and in DER")
    func identifiers() throws {
        let oid = try #require(OID(dotted: "1.3.6.1.4.1.311.20.2.3"))
        #expect(oid == OIDs.microsoftUPN)
        #expect(oid.description == "1.3.6.1.4.1.311.20.2.3")
        #expect(oid.der.hex == "060a2b060104018237140203")
        for (text, contents) in [
            ("0.0", "00"), ("1.39", "4f"), ("2.999", "8837"), ("2.4294967295", "908080804f"),
            ("1.2.127.128.16383.16384", "2a7f8100ff7f818000"),
            ("1.2.4294967295", "2a8fffffff7f"), ("1.2" + String(repeating: ".0", count: 30), "2a" + String(repeating: "00", count: 30)),
        ] {
            let oid = try #require(OID(dotted: text))
            #expect(oid.description == text)
            #expect(oid.der.dropFirst(2).elementsEqual([UInt8](hex: contents) ?? []), "\(text)")
        }
    }

    @Test(
        "Times are written as RFC 5280 wants and read back",
        arguments: [
            ("1949-12-31T23:59:59Z", "180f31393439313233313233353935395a"), ("1950-01-01T00:00:00Z", "170d3530303130313030303030305a"),
            ("2000-02-29T12:00:01Z", "170d3030303232393132303030315a"), ("2049-12-31T23:59:59Z", "170d3439313233313233353935395a"),
            ("2050-01-01T00:00:00Z", "180f32303530303130313030303030305a"), ("9999-12-31T23:59:59Z", "180f39393939313233313233353935395a"),
        ])
    func times(text: String, hex: String) throws {
        let date = try Date(text, strategy: .iso8601)
        #expect(DERBytes.time(date).hex == hex)
        #expect(try TLV(DERBytes.time(date), "time").time("time") == date)
        #expect(try TLV(DERBytes.generalizedTime(date), "time").time("time") == date)
    }

    @Test("Every day of four centuries survives writing and reading")
    func days() throws {
        for day in stride(from: -40_000, to: 110_000, by: 1) {
            let date = Date(timeIntervalSince1970: Double(day) * 86_400 + 86_399)
            try #require(try TLV(DERBytes.generalizedTime(date), "time").time("time") == date)
        }
    }

    @Test(
        "Malformed times are refused",
        arguments: [
            "", "Z", "260230120000Z", "261301120000Z", "260101240000Z", "260101126000Z", "2601011200+0100", "260101120000", "26010112000Z",
            "2601011200000Z", "26010112:000Z",
        ])
    func malformedTimes(text: String) {
        #expect(throws: FormatError.self) { try TLV(DERBytes.element(0x17, Array(text.utf8)), "time").time("time") }
    }

    @Test("Dates beyond the four digits of a year are cut to the last that fits")
    func extremeDates() {
        #expect(DERBytes.time(.distantFuture.addingTimeInterval(1e15)).hex == "180f39393939313233313233353935395a")
        #expect(DERBytes.time(Date(timeIntervalSince1970: -1e15)).count == 17)
        #expect(DERBytes.time(Date(timeIntervalSince1970: .nan)).hex == "170d3730303130313030303030305a")
    }

    @Test("All string types decode, and broken ones do not")
    func strings() throws {
        func text(_ tag: UInt8, _ bytes: [UInt8]) throws -> String? { try TLV(DERBytes.element(tag, bytes), "text").text }
        #expect(try text(0x0C, [0xC3, 0xA9]) == "é")
        #expect(try text(0x0C, [0xC3]) == nil)
        #expect(try text(0x13, [0x41]) == "A")
        #expect(try text(0x16, [0xE9]) == nil)
        #expect(try text(0x14, [0xE9]) == "é")
        #expect(try text(0x1E, [0, 0x41, 0x20, 0xAC]) == "A€")
        #expect(try text(0x1E, [0, 0x41, 0]) == nil)
        #expect(try text(0x1E, [0xD8, 0x00]) == nil)
        #expect(try text(0x1C, [0, 1, 0xF6, 0]) == "😀")
        #expect(try text(0x0C, Array("a\0b".utf8)) == nil)
        #expect(try text(0x04, [0x41]) == nil)
    }

    @Test("A BER octet string in pieces is one string")
    func pieces() throws {
        let whole: [UInt8] = [0x24, 0x80, 0x04, 0x02, 1, 2, 0x24, 0x03, 0x04, 0x01, 3, 0x04, 0x00, 0x00, 0x00]
        #expect(try TLV(whole, "octets", rules: .ber).octets("octets") == [1, 2, 3])
        #expect(throws: FormatError.self) { try TLV(whole, "octets") }
    }

    @Test("PEM goes both ways, among other blocks and with Windows line ends")
    func pem() throws {
        let first = [UInt8](0...99)
        let text =
            "subject=x\r\n" + PEM.encode(label: "X", first).replacingOccurrences(of: "\n", with: "\r\n") + PEM.encode(label: "Y", [9])
            + PEM.encode(label: "X", [1])
        #expect(try PEM.decode(text, label: "X") == [first, [1]])
        #expect(try PEM.decode(text, label: "Z").isEmpty)
        #expect(try PEM.decodeOne(text, label: "Y") == [9])
        #expect(throws: FormatError.self) { try PEM.decodeOne(text, label: "X") }
    }

    @Test("PEM has 64 characters a line, the last what is left", arguments: [0, 1, 47, 48, 49, 96, 97, 1000])
    func pemLines(count: Int) {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        let body = Data(bytes).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        let lines = body.isEmpty ? "" : body + "\n"
        #expect(PEM.encode(label: "X", bytes) == "-----BEGIN X-----\n\(lines)-----END X-----\n")
    }

    @Test(
        "Broken PEM is refused",
        arguments: [
            "-----BEGIN X-----\nAAAA\n", "-----END X-----\n", "-----BEGIN X-----\nA*AA\n-----END X-----",
            "-----BEGIN X-----\n-----BEGIN X-----\n-----END X-----",
        ])
    func brokenPEM(text: String) {
        #expect(throws: FormatError.self) { try PEM.decode(text, label: "X") }
    }

    @Test("Serial numbers go between digits and bytes")
    func serials() {
        #expect(SerialNumber.hex([0x00, 0xD1]) == "d1")
        #expect(SerialNumber.hex([0]) == "00")
        #expect(SerialNumber.contents(hex: "d1") == [0x00, 0xD1])
        #expect(SerialNumber.contents(hex: "1A2") == [0x01, 0xA2])
        #expect(SerialNumber.contents(hex: "0") == [0])
        #expect(SerialNumber.contents(hex: "xy") == nil)
        #expect(SerialNumber.contents(hex: "") == nil)
    }
}
