import PKIFormats
import SwiftASN1
import Testing

/// Our reader of DER and BER beside another one, written by others: both must find the same elements in the same bytes, or refuse them.
@Suite("The reader of DER and BER agrees with swift-asn1")
struct ReferenceReaderTests {
    /// One element of a tree, its parents before it.
    private struct Element: Equatable {
        let tagClass: UInt8
        let number: UInt64
        let bytes: [UInt8]
        let primitive: [UInt8]?
    }

    private static func ours(_ bytes: [UInt8], _ rules: TLV.Rules) throws -> [Element]? {
        guard let root = try? TLV(bytes, "tree", rules: rules) else { return nil }
        var elements: [Element] = []
        func walk(_ element: TLV) throws {
            elements.append(
                Element(
                    tagClass: element.tag.tagClass.rawValue, number: element.tag.tagNumber, bytes: element.raw,
                    primitive: element.primitive.map { Array($0) }))
            guard element.isConstructed else { return }
            var reader = try element.reader("tree")
            while let inner = reader.next() { try walk(inner) }
            try reader.finish()
        }
        try walk(root)
        return elements
    }

    private static func theirs(_ bytes: [UInt8], _ rules: TLV.Rules) -> [Element]? {
        guard let root = try? rules == .der ? SwiftASN1.DER.parse(bytes) : SwiftASN1.BER.parse(bytes) else { return nil }
        var elements: [Element] = []
        func walk(_ node: ASN1Node) {
            let tagClass: UInt8 =
                switch node.identifier.tagClass {
                case .universal: 0
                case .application: 1
                case .contextSpecific: 2
                case .private: 3
                }
            var primitive: [UInt8]?
            if case .primitive(let contents) = node.content { primitive = Array(contents) }
            elements.append(
                Element(
                    tagClass: tagClass, number: UInt64(node.identifier.tagNumber), bytes: Array(node.encodedBytes), primitive: primitive))
            if case .constructed(let inner) = node.content { for node in inner { walk(node) } }
        }
        walk(root)
        return elements
    }

    private static func compare(_ bytes: [UInt8]) throws {
        for rules in [TLV.Rules.der, .ber] {
            let elements = try ours(bytes, rules)
            try #require(elements == theirs(bytes, rules), "\(rules) \(bytes.hex)")
        }
    }

    @Test("The same elements in samples and in their mutations", arguments: ["request", "ocsp response", "streamed"])
    func mutations(kind: String) async throws {
        let bytes = try await RobustnessTests.sample(kind).prefix(1200)
        for position in bytes.indices {
            for value in [bytes[position] ^ 0x20, bytes[position] &+ 1, 0x80] {
                var mutant = Array(bytes)
                mutant[position] = value
                try Self.compare(mutant)
            }
        }
    }

    @Test("The same for lengths, tags and depths at their bounds")
    func bounds() throws {
        let nested = (1...60).map { depth in (0..<depth).reduce([5, 0]) { inner, _ in DERBytes.sequence(inner) } }
        let lengths: [[UInt8]] = [
            [4, 0x81, 1, 9], [4, 0x82, 0, 1, 9], [4, 0x80, 9, 0, 0], [0x24, 0x80, 4, 1, 9, 0, 0], [0x24, 0x80, 4, 1, 9, 0],
            [4, 0x88] + [0, 0, 0, 0, 0, 0, 0, 1, 9],
            [4, 0x89] + [0, 0, 0, 0, 0, 0, 0, 0, 1, 9], [4, 0xFF], [4], [], [0x30, 0x80], [0, 0], [0x20, 0], [0x30, 2, 0, 0], [4, 1, 9, 0],
        ]
        let tags: [[UInt8]] = [[0x1F, 0x1F], [0x1F, 0x1E], [0x1F, 0x80, 0x1F], [0x3F, 0x81, 0x00], [0x9F, 0xFF, 0x7F], [0xDF]]
        for bytes in nested + lengths + tags.map({ $0 + [0] }) + [[0x1F] + [UInt8](repeating: 0xFF, count: 8) + [0x7F, 0]] {
            try Self.compare(bytes)
        }
    }

    @Test("The same object identifiers, with the same text")
    func identifiers() throws {
        let numbers: [[UInt8]] = [
            [], [0], [0x27], [0x28], [0x4F], [0x50], [0x80], [0x80, 1], [0x81], [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 1, 11],
            [0x2B] + [UInt8](repeating: 0xFF, count: 8) + [0x7F], [0x2B] + [UInt8](repeating: 0xFF, count: 9) + [0x7F],
            [UInt8](repeating: 3, count: 14), [UInt8](repeating: 3, count: 15), [UInt8](repeating: 3, count: 16),
            [UInt8](repeating: 3, count: 60),
        ]
        for contents in numbers {
            let der = DERBytes.element(0x06, contents)
            let ours = try? TLV(der, "identifier").oid("identifier")
            let theirs = try? ASN1ObjectIdentifier(derEncoded: der)
            #expect((ours == nil) == (theirs == nil), "\(contents.hex)")
            #expect(ours.map(\.description) == theirs.map(\.description))
            #expect(ours.map(\.der) ?? der == der)
        }
    }

    @Test("Identifiers are equal where their octets are, however many")
    func equality() throws {
        for count in [7, 8, 9, 14, 15, 16, 40] {
            let octets = (0..<count).map { UInt8(truncatingIfNeeded: $0 % 100) }
            let oid = try #require(OID(contents: octets))
            #expect(oid == OID(contents: octets))
            #expect(Set([oid, try #require(OID(contents: octets))]).count == 1)
            for position in octets.indices {
                var other = octets
                other[position] += 1
                #expect(oid != OID(contents: other))
            }
            #expect(oid != OID(contents: octets + [0]))
            #expect(oid != OID(contents: octets.dropLast()))
        }
        #expect(OID(dotted: "2.999.3")?.description == "2.999.3")
    }
}
