/// One extension of a certificate, a request or a CRL.
package struct CertificateExtension: Sendable, Hashable {
    package let oid: OID
    package let critical: Bool
    /// The bytes inside the OCTET STRING.
    package let value: [UInt8]

    package init(oid: OID, critical: Bool = false, value: [UInt8]) {
        self.oid = oid
        self.critical = critical
        self.value = value
    }

    init(_ element: TLV) throws(FormatError) {
        var reader = try element.sequence("extension")
        oid = try reader.oid("extension identifier")
        critical = try reader.takeIf(.boolean)?.boolean("extension") ?? false
        value = try reader.take(.octetString, "extension value").octets("extension")
        try reader.finish()
    }

    package var der: [UInt8] {
        DERBytes.sequence(oid.der, critical ? DERBytes.boolean(true) : [], DERBytes.octetString(value))
    }

    /// Reads `Extensions ::= SEQUENCE OF Extension`: at most 64, none twice.
    package static func decodeAll(_ element: TLV, _ structure: String) throws(FormatError) -> [CertificateExtension] {
        guard element.tag == .sequence else { throw FormatError(structure, "SEQUENCE of extensions expected") }
        var extensions: [CertificateExtension] = []
        for item in try element.elements(structure, limit: 64) { extensions.append(try CertificateExtension(item)) }
        try refuseDuplicates(extensions, structure)
        return extensions
    }

    static func refuseDuplicates(_ extensions: [CertificateExtension], _ structure: String) throws(FormatError) {
        guard extensions.count <= 64 else { throw FormatError(structure, "more than 64 extensions") }
        guard !extensions.map(\.oid).hasRepetition else { throw FormatError(structure, "an extension occurs twice") }
    }

    package static func encodeAll(_ extensions: [CertificateExtension]) -> [UInt8] { DERBytes.sequence(of: extensions.map(\.der)) }
}
