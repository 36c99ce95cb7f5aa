/// One attribute type and value of a distinguished name.
struct NameAttribute: Sendable, CustomStringConvertible {
    let oid: OID
    /// The whole AttributeTypeAndValue.
    let der: [UInt8]
    /// The decoded string, or `#` and hexadecimal DER of the value.
    let text: String
    let isText: Bool

    init(_ element: TLV) throws(FormatError) {
        var reader = try element.sequence("name")
        oid = try reader.oid("attribute type")
        let value = try reader.any("attribute value")
        try reader.finish()
        der = element.raw
        guard der.count <= 8192 else { throw FormatError("name", "an attribute too long") }
        isText = value.text != nil
        text = value.text ?? "#" + value.raw.hex
    }

    init(oid: OID, text: String) {
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

    /// What `matches` compares.
    var comparisonKey: String {
        guard isText else { return "\(oid)\(text)" }
        let words = text.lowercased().split(whereSeparator: \.isWhitespace)
        return "\(oid)=" + words.joined(separator: " ")
    }

    var description: String {
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
