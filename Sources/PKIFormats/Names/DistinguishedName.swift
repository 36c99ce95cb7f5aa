/// A distinguished name (RFC 5280 §4.1.2.4) that keeps its bytes. Two are equal when their bytes are; see `matches` for the comparison of names.
package struct DistinguishedName: Sendable, Hashable, CustomStringConvertible {
    /// The exact bytes of the RDNSequence.
    package let der: [UInt8]
    let relativeNames: [[NameAttribute]]

    /// Bounds: 64 KiB, 32 RDNs, 8 attributes an RDN.
    package init(der: [UInt8]) throws(FormatError) {
        guard der.count <= 65_536 else { throw FormatError("name", "too long") }
        try self.init(TLV(der, "name", rules: .ber))
    }

    init(_ element: TLV) throws(FormatError) {
        guard element.tag == .sequence else { throw FormatError("name", "SEQUENCE expected") }
        var relativeNames: [[NameAttribute]] = []
        for set in try element.elements("name", limit: 32) {
            guard set.tag == .set else { throw FormatError("name", "SET expected") }
            var attributes: [NameAttribute] = []
            for pair in try set.elements("name", limit: 8) { attributes.append(try NameAttribute(pair)) }
            guard !attributes.isEmpty else { throw FormatError("name", "an empty RDN") }
            relativeNames.append(attributes)
        }
        der = element.raw
        self.relativeNames = relativeNames
    }

    /// One RDN an attribute: UTF8String, but PrintableString or IA5String where the attribute's type demands it and the text allows it.
    package init(_ attributes: [(OID, String)]) {
        self.init(attributes.map { NameAttribute(oid: $0.0, text: $0.1) })
    }

    /// One RDN an attribute, the bytes of each as they are.
    package init(_ attributes: [NameAttribute]) {
        relativeNames = attributes.map { [$0] }
        der = DERBytes.sequence(of: relativeNames.map { DERBytes.set(of: $0.map(\.der)) })
    }

    package init(commonName: String) {
        self.init([(OIDs.commonName, commonName)])
    }

    package static let empty = DistinguishedName([NameAttribute]())

    package var isEmpty: Bool { relativeNames.isEmpty }

    /// Every attribute in order, with its bytes.
    package var parts: [NameAttribute] { Array(relativeNames.joined()) }

    /// Every attribute in order. A value that is no text reads as `#` and the hexadecimal digits of its DER.
    package var attributes: [(oid: OID, text: String)] { relativeNames.joined().map { ($0.oid, $0.text) } }

    /// The last commonName: the most specific one.
    package var commonName: String? { relativeNames.joined().last { $0.oid == OIDs.commonName }?.text }

    /// Whether both denote the same entity (RFC 5280 §7.1): string type, case and the count of inner spaces do not matter.
    package func matches(_ other: DistinguishedName) -> Bool {
        if der == other.der { return true }
        return relativeNames.count == other.relativeNames.count && isBelow(other)
    }

    /// Whether this name begins with all RDNs of `top`.
    func isBelow(_ top: DistinguishedName) -> Bool {
        guard relativeNames.count >= top.relativeNames.count else { return false }
        return zip(relativeNames, top.relativeNames).allSatisfy { mine, theirs in
            // Nearly every RDN has one attribute; of several, the order does not matter.
            if mine.count == 1, theirs.count == 1 { return mine[0].matches(theirs[0]) }
            return mine.map(\.comparisonKey).sorted() == theirs.map(\.comparisonKey).sorted()
        }
    }

    /// RFC 4514, the most specific RDN first.
    package var description: String {
        if relativeNames.count == 1, let only = relativeNames.first, only.count == 1 { return only[0].description }
        return relativeNames.reversed().map { $0.map(\.description).joined(separator: "+") }.joined(separator: ",")
    }

    package static func == (left: DistinguishedName, right: DistinguishedName) -> Bool { left.der == right.der }
    package func hash(into hasher: inout Hasher) { hasher.combine(der) }
}
