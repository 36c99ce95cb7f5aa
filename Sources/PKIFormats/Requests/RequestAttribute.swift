/// Makes the attributes of PKCS #10 requests.
package enum RequestAttribute {
    package static func extensionRequest(_ extensions: [CertificateExtension]) -> (oid: OID, values: [[UInt8]]) {
        (OIDs.extensionRequest, [CertificateExtension.encodeAll(extensions)])
    }

    package static func challengePassword(_ password: String) -> (oid: OID, values: [[UInt8]]) {
        (OIDs.challengePassword, [password.isPrintableString ? DERBytes.printableString(password) : DERBytes.utf8String(password)])
    }

    /// Reads `SET OF Attribute`, however it is tagged and sorted: at most 64 attributes with 16 values each.
    static func decodeAll(_ element: TLV, _ structure: String) throws(FormatError) -> [(oid: OID, values: [[UInt8]])] {
        var attributes: [(oid: OID, values: [[UInt8]])] = []
        for item in try element.elements(structure, limit: 64) {
            var reader = try item.sequence(structure)
            let oid = try reader.oid("attribute type")
            let values = try reader.take(.set, "attribute values").elements(structure, limit: 16).map(\.raw)
            try reader.finish()
            attributes.append((oid, values))
        }
        return attributes
    }

    static func encode(_ attribute: (oid: OID, values: [[UInt8]])) -> [UInt8] {
        DERBytes.sequence(attribute.oid.der, DERBytes.set(of: attribute.values))
    }
}
