import PKIFormats

/// What GetCert and GetCRL ask for (RFC 8894 §3.3.4, RFC 5652 §10.2.4).
package struct IssuerAndSerialNumber: Sendable, Hashable {
    package let issuer: DistinguishedName
    /// INTEGER contents.
    package let serialNumber: [UInt8]

    package init(issuer: DistinguishedName, serialNumber: [UInt8]) {
        self.issuer = issuer
        self.serialNumber = serialNumber
    }

    package init(ber: [UInt8]) throws(FormatError) {
        let structure = "IssuerAndSerialNumber"
        var reader = try TLV(ber, structure, rules: .ber).sequence(structure)
        issuer = try DistinguishedName(der: reader.take(.sequence, "issuer").raw)
        serialNumber = try reader.take(.integer, "serial number").integer(structure)
        try reader.finish()
    }

    package var der: [UInt8] { DERBytes.sequence(issuer.der, DERBytes.integer(contents: serialNumber)) }
}
