/// The certificate an OCSP client asks about (RFC 6960 §4.1.1).
package struct OCSPCertID: Sendable, Hashable {
    package let hash: HashAlgorithm
    /// Digest of the issuer's name in DER.
    package let issuerNameHash: [UInt8]
    /// Digest of the issuer's key bits.
    package let issuerKeyHash: [UInt8]
    /// Contents of the INTEGER.
    package let serialNumber: [UInt8]
    /// The exact bytes, which an answer repeats.
    package let der: [UInt8]

    init(_ element: TLV) throws(FormatError) {
        let structure = "OCSP certificate identifier"
        var reader = try element.sequence(structure)
        hash = try HashAlgorithm(reader.take(.sequence, "hash algorithm"), structure)
        issuerNameHash = try reader.take(.octetString, "issuer name hash").octets(structure)
        issuerKeyHash = try reader.take(.octetString, "issuer key hash").octets(structure)
        serialNumber = try reader.take(.integer, "serial number").integer(structure)
        try reader.finish()
        guard issuerNameHash.count == hash.byteCount, issuerKeyHash.count == hash.byteCount else {
            throw FormatError(structure, "a hash of the wrong length")
        }
        der = element.raw
    }

    package init(hash: HashAlgorithm, issuerName: DistinguishedName, issuerKey: SubjectPublicKeyInfo, serialNumber: [UInt8]) {
        self.hash = hash
        issuerNameHash = hash.digest(issuerName.der)
        issuerKeyHash = hash.digest(issuerKey.keyBytes)
        self.serialNumber = serialNumber
        der = DERBytes.sequence(
            DERBytes.sequence(hash.oid.der, DERBytes.null), DERBytes.octetString(issuerNameHash), DERBytes.octetString(issuerKeyHash),
            DERBytes.integer(contents: serialNumber))
    }

    /// Whether this asks about a certificate of the issuer with this name and key.
    package func isIssued(by name: DistinguishedName, key: SubjectPublicKeyInfo) -> Bool {
        issuerKeyHash == hash.digest(key.keyBytes) && issuerNameHash == hash.digest(name.der)
    }
}
