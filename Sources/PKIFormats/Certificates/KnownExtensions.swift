/// The extensions that this program acts upon, decoded.
package struct KnownExtensions: Sendable {
    var subjectKeyIdentifier: [UInt8]?
    var authorityKeyIdentifier: [UInt8]?
    var basicConstraints: (isCA: Bool, pathLength: Int?)?
    var keyUsage: KeyUsage?
    var extendedKeyUsages: [OID] = []
    var subjectAlternativeNames: [GeneralName] = []

    init(_ extensions: [CertificateExtension]) throws(FormatError) {
        for item in extensions {
            switch item.oid {
            case OIDs.subjectKeyIdentifier:
                subjectKeyIdentifier = try TLV(item.value, "subject key identifier").octets("subject key identifier")
            case OIDs.authorityKeyIdentifier: authorityKeyIdentifier = try Self.authorityKeyIdentifier(item.value)
            case OIDs.basicConstraints: basicConstraints = try Self.basicConstraints(item.value)
            case OIDs.keyUsage: keyUsage = try KeyUsage(der: item.value)
            case OIDs.extendedKeyUsage: extendedKeyUsages = try Self.extendedKeyUsages(item.value)
            case OIDs.subjectAlternativeName: subjectAlternativeNames = try GeneralNames.decode(item.value)
            default: break
            }
        }
    }

    static func authorityKeyIdentifier(_ value: [UInt8]) throws(FormatError) -> [UInt8]? {
        let structure = "authority key identifier"
        var reader = try TLV(value, structure).sequence(structure)
        return try reader.takeIf(.context(0))?.octets(structure, tag: .context(0))
    }

    package static func basicConstraints(_ value: [UInt8]) throws(FormatError) -> (isCA: Bool, pathLength: Int?) {
        let structure = "basic constraints"
        var reader = try TLV(value, structure).sequence(structure)
        let isCA = try reader.takeIf(.boolean)?.boolean(structure) ?? false
        let pathLength = try reader.takeIf(.integer)?.smallInteger(structure)
        try reader.finish()
        return (isCA, pathLength)
    }

    /// The policies, without their qualifiers.
    package static func certificatePolicies(_ value: [UInt8]) throws(FormatError) -> [OID] {
        let structure = "certificate policies"
        var policies: [OID] = []
        for element in try TLV(value, structure).elements(structure, limit: 64) {
            var reader = try element.sequence(structure)
            policies.append(try reader.oid("policy"))
            _ = reader.takeIf(.sequence)
            try reader.finish()
        }
        return policies
    }

    static func extendedKeyUsages(_ value: [UInt8]) throws(FormatError) -> [OID] {
        let structure = "extended key usage"
        var reader = try TLV(value, structure).sequence(structure)
        var oids: [OID] = []
        while let element = reader.next() {
            guard oids.count < 64 else { throw FormatError(structure, "more than 64 purposes") }
            oids.append(try element.oid(structure))
        }
        return oids
    }
}
