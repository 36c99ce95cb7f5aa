/// One attribute type and value of a distinguished name.
package struct NameAttribute: Sendable, CustomStringConvertible {
    package let oid: OID
    /// The whole AttributeTypeAndValue.
    package let der: [UInt8]
    /// The decoded string, or `#` and hexadecimal DER of the value.
    package let text: String
    let isText: Bool

    init(_ element: TLV) throws(FormatError) {
        var reader = try element.sequence("name")
        oid = try reader.oid("attribute type")
        let value = try reader.any("attribute value")
        try reader.finish()
        der = element.raw
        guard der.count <= 8192 else { throw FormatError("name", "an attribute too long") }
        let decoded = value.text
        isText = decoded != nil
        text = decoded ?? "#" + value.raw.hex
    }

    /// UTF8String, or PrintableString or IA5String where the attribute's type demands it and the text allows it.
    package init(oid: OID, text: String) {
        self.oid = oid
        self.text = text
        isText = true
        let value: [UInt8]
        switch oid {
        case OIDs.country, OIDs.serialNumber, OIDs.dnQualifier:
            value = text.isPrintableString ? DERBytes.printableString(text) : DERBytes.utf8String(text)
        case OIDs.domainComponent, OIDs.emailAddress:
            value = text.utf8.allSatisfy { $0 < 0x80 } ? DERBytes.ia5String(text) : DERBytes.utf8String(text)
        default: value = DERBytes.utf8String(text)
        }
        der = DERBytes.sequence(oid.der, value)
    }

    /// Whether a new certificate may repeat these very bytes: DER, in a string type that RFC 5280 §4.1.2.4 lets a CA write. Teletex, BMP and
    /// universal strings are for old certificates alone, and countryName, serialNumber and dnQualifier are PrintableString (appendix A.1).
    package var isFitToRepeat: Bool {
        guard isText, let element = try? TLV(der, "name"), var reader = try? element.sequence("name"), reader.next() != nil,
            let value = reader.next(), let bytes = value.primitive
        else { return false }
        switch value.tag {
        case .printableString: return text.isPrintableString && ![OIDs.domainComponent, OIDs.emailAddress].contains(oid)
        case .utf8String:
            return ![OIDs.domainComponent, OIDs.emailAddress, OIDs.country, OIDs.serialNumber, OIDs.dnQualifier].contains(oid)
        case .ia5String: return [OIDs.domainComponent, OIDs.emailAddress].contains(oid) && bytes.allSatisfy { $0 < 0x80 }
        default: return false
        }
    }

    /// Whether both have the same `comparisonKey`; that of printable ASCII is not put together for it.
    func matches(_ other: NameAttribute) -> Bool {
        guard oid == other.oid, isText == other.isText else { return false }
        guard isText, isPrintableASCII, other.isPrintableASCII else { return comparisonKey == other.comparisonKey }
        var mine = ComparedOctets(text)
        var theirs = ComparedOctets(other.text)
        while let octet = mine.next() { guard octet == theirs.next() else { return false } }
        return theirs.next() == nil
    }

    /// What comparing names goes by.
    var comparisonKey: String {
        guard isText else { return "\(oid)\(text)" }
        let compared =
            isPrintableASCII
            ? String(decoding: Array(IteratorSequence(ComparedOctets(text))), as: UTF8.self)
            : text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " ")
        return "\(oid)=\(compared)"
    }

    /// Of what prints in ASCII, nothing but the space is white.
    private var isPrintableASCII: Bool { text.isPrintableASCII() }

    package var description: String {
        if let name = Self.shortNames[oid] { return isText ? "\(name)=\(text.escapedForName)" : "\(name)=\(text)" }
        return isText ? "\(oid)=\(text.escapedForName)" : "\(oid)=\(text)"
    }

    private static let shortNames: [OID: String] = [
        OIDs.commonName: "CN", OIDs.surname: "SN", OIDs.serialNumber: "serialNumber", OIDs.country: "C", OIDs.locality: "L",
        OIDs.stateOrProvince: "ST", OIDs.streetAddress: "STREET", OIDs.organization: "O", OIDs.organizationalUnit: "OU",
        OIDs.title: "title",
        OIDs.givenName: "givenName", OIDs.dnQualifier: "dnQualifier", OIDs.userID: "UID", OIDs.domainComponent: "DC",
        OIDs.emailAddress: "emailAddress", OIDs.unstructuredName: "unstructuredName",
    ]
}

/// The octets of printable ASCII as names are compared: in lower case, without spaces at the ends, one where there are several.
private struct ComparedOctets: IteratorProtocol {
    private var rest: Substring.UTF8View

    init(_ text: String) {
        rest = Substring(text).utf8
        dropSpaces()
    }

    mutating func next() -> UInt8? {
        guard let octet = rest.popFirst() else { return nil }
        guard octet == UInt8(ascii: " ") else { return (0x41...0x5A).contains(octet) ? octet | 0x20 : octet }
        dropSpaces()
        return rest.isEmpty ? nil : octet
    }

    private mutating func dropSpaces() { rest = rest.drop { $0 == UInt8(ascii: " ") } }
}
