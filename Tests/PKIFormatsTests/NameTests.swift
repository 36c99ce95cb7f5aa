import Foundation
import PKIFormats
import TestSupport
import Testing

@Suite("Names")
struct NameTests {
    @Test("A name is written as RFC 4514 says, and as openssl writes it")
    func description() async throws {
        let lab = try await Lab.shared
        let name = DistinguishedName([
            (OIDs.domainComponent, "test"), (OIDs.country, "CH"), (OIDs.organization, "A, \"B\" + C; <D> = \\E"),
            (OIDs.organizationalUnit, " padded "),
            (OIDs.commonName, "#müller"),
        ])
        #expect(name.description == ##"CN=\#müller,OU=\ padded\ ,O=A\, \"B\" \+ C\; \<D\> = \\E,C=CH,DC=test"##)
        let certificate = try await lab.issue([], subject: name, key: try lab.certificate("rsa").publicKey)
        let printed = try await lab.openssl("x509 -noout -subject -nameopt RFC2253,-esc_msb,utf8", input: Array(certificate.pem.utf8)).text
        #expect(printed.trimmingCharacters(in: .newlines) == "subject=" + name.description)
    }

    @Test("The parts of a name can be asked for")
    func parts() throws {
        let name = DistinguishedName([(OIDs.commonName, "first"), (OIDs.organization, "O"), (OIDs.commonName, "last")])
        #expect(name.commonName == "last")
        #expect(name.attributes.map(\.text) == ["first", "O", "last"])
        #expect(name.attributes.map(\.oid) == [OIDs.commonName, OIDs.organization, OIDs.commonName])
        #expect(try DistinguishedName(der: name.der) == name)
        #expect(DistinguishedName.empty.isEmpty)
        #expect(DistinguishedName.empty.der == [0x30, 0])
        #expect(DistinguishedName.empty.commonName == nil)
    }

    @Test("Comparison ignores string type, case and the number of spaces, and nothing else")
    func comparison() throws {
        func name(_ tag: UInt8, _ text: [UInt8]) throws -> DistinguishedName {
            try DistinguishedName(
                der: DERBytes.sequence(DERBytes.set(of: [DERBytes.sequence(OIDs.commonName.der, DERBytes.element(tag, text))])))
        }
        let utf8 = DistinguishedName(commonName: "Acme  Root CA")
        #expect(utf8.matches(try name(0x13, Array("acme root ca ".utf8))))
        #expect(utf8.matches(try name(0x1E, Array("ACME Root CA".utf16.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }))))
        #expect(!utf8.matches(DistinguishedName(commonName: "Acme RootCA")))
        #expect(!utf8.matches(DistinguishedName([(OIDs.organization, "Acme  Root CA")])))
        #expect(!utf8.matches(DistinguishedName([(OIDs.commonName, "Acme  Root CA"), (OIDs.commonName, "x")])))
        #expect(utf8 != (try name(0x13, Array("acme root ca".utf8))))
    }

    @Test("ASCII is compared as every other text: by its words in lower case")
    func asciiComparison() {
        let pieces = ["a", "A", " ", "  ", "b", "Z", "z", "@", "[", "é", "e\u{301}", "\u{212A}", "k", "\t", "-"]
        func words(_ text: String) -> [String] { text.lowercased().split(whereSeparator: \.isWhitespace).map(String.init) }
        func text() -> String { (0..<Int.random(in: 0...4)).compactMap { _ in pieces.randomElement() }.joined() }
        var matches = 0
        for _ in 0..<20_000 {
            let (left, right) = (text(), text())
            let isSame = DistinguishedName(commonName: left).matches(DistinguishedName(commonName: right))
            #expect(isSame == (words(left) == words(right)), "'\(left)' and '\(right)'")
            if isSame { matches += 1 }
        }
        #expect(matches > 100)
    }

    @Test("A text that looks like an undecodable value is not one")
    func lookalike() throws {
        let octets = try DistinguishedName(
            der: DERBytes.sequence(DERBytes.set(of: [DERBytes.sequence(OIDs.commonName.der, DERBytes.octetString([1]))])))
        #expect(octets.commonName == "#040101")
        #expect(octets.description == "CN=#040101")
        #expect(!octets.matches(DistinguishedName(commonName: "#040101")))
        #expect(DistinguishedName(commonName: "#040101").description == ##"CN=\#040101"##)
    }

    @Test("Names that are malformed or too large are refused")
    func malformed() {
        let attribute = DERBytes.sequence(OIDs.commonName.der, DERBytes.utf8String("x"))
        let set = DERBytes.set(of: [attribute])
        for der in [
            [], [0x31, 0], [0x30, 2, 0x31, 0], DERBytes.sequence(attribute),
            DERBytes.sequence(DERBytes.set(of: [DERBytes.sequence(OIDs.commonName.der)])),
            DERBytes.sequence(of: [[UInt8]](repeating: set, count: 33)),
            DERBytes.sequence(
                DERBytes.set(of: [DERBytes.sequence(OIDs.commonName.der, DERBytes.utf8String(String(repeating: "x", count: 9000)))])),
        ] {
            #expect(throws: FormatError.self) { try DistinguishedName(der: der) }
        }
    }

    static let names: [GeneralName] = [
        .dns("a.test"), .ip([192, 0, 2, 1]), .ip([0x20, 0x01, 0x0D, 0xB8] + [UInt8](repeating: 0, count: 11) + [1]), .email("a@b.test"),
        .uri("urn:uuid:1"), .upn("user@corp.test"), .directory(DistinguishedName(commonName: "x")), .registeredID([1, 2, 3]),
        .other([1, 2, 3], value: [0x04, 0x01, 0x07]),
    ]

    @Test("Every form of a general name survives writing and reading")
    func generalNames() throws {
        #expect(try GeneralNames.decode(GeneralNames.encode(Self.names)) == Self.names)
        #expect(
            Self.names.map(\.description) == [
                "dns:a.test", "ip:192.0.2.1", "ip:2001:db8::1", "email:a@b.test", "uri:urn:uuid:1", "upn:user@corp.test", "dir:CN=x",
                "rid:1.2.3",
                "other:1.2.3:040107",
            ])
    }

    @Test("openssl reads the general names as they were meant")
    func generalNamesElsewhere() async throws {
        let lab = try await Lab.shared
        let certificate = try await lab.issue(
            [Extensions.subjectAlternativeName(Self.names, critical: true)], subject: .empty, key: try lab.certificate("rsa").publicKey)
        let text = try await lab.openssl("x509 -noout -ext subjectAltName", input: Array(certificate.pem.utf8)).text
        for expected in [
            "critical", "DNS:a.test", "IP Address:192.0.2.1", "IP Address:2001:DB8:0:0:0:0:0:1", "email:a@b.test", "URI:urn:uuid:1",
            "UPN::user@corp.test", "DirName",
            "Registered ID:1.2.3",
        ] {
            #expect(text.contains(expected), "\(expected) in \(text)")
        }
    }

    @Test("A name whose contents break its type matches nothing and is kept")
    func brokenGeneralNames() throws {
        for (der, tag): ([UInt8], UInt8) in [
            (DERBytes.implicit(2, Array("a\0b".utf8)), 0x82), (DERBytes.implicit(2, []), 0x82), (DERBytes.implicit(7, [1, 2, 3]), 0x87),
            (DERBytes.implicit(1, Array("ä@b".utf8)), 0x81), (DERBytes.implicit(2, Array("a b".utf8)), 0x82),
            (DERBytes.element(0xA3, []), 0xA3),
        ] {
            let names = try GeneralNames.decode(DERBytes.sequence(der))
            guard case .unknown(tag, _)? = names.first else {
                Issue.record("\(names)")
                continue
            }
            #expect(GeneralNames.encode(names) == DERBytes.sequence(der))
        }
    }

    @Test("Too many names, and forms that do not exist, are refused")
    func malformedGeneralNames() {
        #expect(throws: FormatError.self) { try GeneralNames.decode(GeneralNames.encode([GeneralName](repeating: .dns("a"), count: 101))) }
        #expect(throws: FormatError.self) { try GeneralNames.decode(DERBytes.sequence(DERBytes.implicit(9, [1]))) }
        #expect(throws: FormatError.self) { try GeneralNames.decode(DERBytes.sequence(DERBytes.utf8String("a"))) }
        #expect(throws: FormatError.self) { try GeneralNames.decode(DERBytes.sequence(DERBytes.implicit(8, []))) }
    }

    @Test(
        "Addresses are written as RFC 5952 says",
        arguments: [
            ("00000000000000000000000000000000", "::"), ("00000000000000000000000000000001", "::1"),
            ("20010db8000000010000000000000001", "2001:db8:0:1::1"),
            ("20010db8000100020003000400050006", "2001:db8:1:2:3:4:5:6"), ("20010000000000010000000000010001", "2001::1:0:0:1:1"),
            ("20010db8000000010001000100010001", "2001:db8:0:1:1:1:1:1"), ("c0000201", "192.0.2.1"),
        ])
    func addresses(hex: String, text: String) throws {
        #expect(IPAddressText.text(try #require([UInt8](hex: hex))) == text)
    }

    @Test("What would steer a terminal is written as hexadecimal pairs")
    func unprintable() {
        #expect(DistinguishedName(commonName: "a\u{1B}[2J\u{9B}b\u{202E}c").description == "CN=a\\1b[2J\\c2\\9bb\\e2\\80\\aec")
    }
}
