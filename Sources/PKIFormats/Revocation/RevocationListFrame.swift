import Foundation

/// All of a CRL but its entries, which are walked over and not kept.
package struct RevocationListFrame: Sendable {
    /// Where the TBSCertList stands in the bytes.
    package let toBeSigned: Range<Int>
    package let issuer: DistinguishedName
    package let thisUpdate: Date
    package let nextUpdate: Date?
    package let entryCount: Int
    package let extensions: [CertificateExtension]
    package let signatureAlgorithm: SignatureAlgorithm
    package let signature: [UInt8]
    /// nil when absent, or larger than 64 bits.
    package let number: UInt64?
    /// The number of the list that this one amends; nil for a complete list, or where it is larger than 64 bits.
    package let baseNumber: UInt64?

    /// Bounds: 64 MiB, 64 extensions.
    package init(der: [UInt8]) throws(FormatError) {
        try self.init(der: der) { _ throws(FormatError) in }
    }

    /// - Parameter visit: is given each entry, a whole SEQUENCE.
    init(der: [UInt8], visit: (ArraySlice<UInt8>) throws(FormatError) -> Void) throws(FormatError) {
        let structure = "CRL"
        guard der.count <= 64 << 20 else { throw FormatError(structure, "too long") }
        var whole = ShallowDER(der[...], structure)
        let list = try whole.take(0x30, "CertificateList")
        try whole.finish()
        var outer = ShallowDER(list.contents, structure)
        let inner = try outer.take(0x30, "TBSCertList")
        toBeSigned = inner.raw.startIndex..<inner.raw.endIndex
        signatureAlgorithm = try SignatureAlgorithm(algorithmIdentifier: Array(outer.take(0x30, "signature algorithm").raw))
        signature = try TLV(Array(outer.take(0x03, "signature").raw), structure).bitStringBytes(structure)
        try outer.finish()

        var fields = ShallowDER(inner.contents, structure)
        if fields.nextTag == 0x02 {
            guard try fields.take(0x02, "version").contents == [1] else { throw FormatError(structure, "unknown version") }
        }
        guard try SignatureAlgorithm(algorithmIdentifier: Array(fields.take(0x30, "signature algorithm").raw)) == signatureAlgorithm else {
            throw FormatError(structure, "two different signature algorithms")
        }
        issuer = try DistinguishedName(der: Array(fields.take(0x30, "issuer").raw))
        guard let first = try fields.next() else { throw FormatError(structure, "thisUpdate is missing") }
        thisUpdate = try TLV(Array(first.raw), structure).time(structure)
        if fields.nextTag == 0x17 || fields.nextTag == 0x18, let second = try fields.next() {
            nextUpdate = try TLV(Array(second.raw), structure).time(structure)
        } else {
            nextUpdate = nil
        }
        var count = 0
        if fields.nextTag == 0x30 {
            var revoked = ShallowDER(try fields.take(0x30, "revoked certificates").contents, structure)
            while let entry = try revoked.next() {
                guard entry.tag == 0x30 else { throw FormatError(structure, "an entry is not a SEQUENCE") }
                try visit(entry.raw)
                count += 1
            }
        }
        entryCount = count
        var extensions: [CertificateExtension] = []
        if fields.nextTag == 0xA0 {
            let field = try TLV(Array(fields.take(0xA0, "extensions").raw), structure)
            extensions = try CertificateExtension.decodeAll(field.inner(structure), structure)
        }
        try fields.finish()
        self.extensions = extensions
        number = try Self.number(OIDs.crlNumber, in: extensions)
        baseNumber = try Self.number(OIDs.deltaCRLIndicator, in: extensions)
    }

    private static func number(_ oid: OID, in extensions: [CertificateExtension]) throws(FormatError) -> UInt64? {
        guard let value = extensions.first(where: { $0.oid == oid })?.value else { return nil }
        let bytes = try TLV(value, "CRL number").integer("CRL number")
        guard let first = bytes.first, first < 0x80 else { throw FormatError("CRL number", "negative") }
        let magnitude = bytes.drop { $0 == 0 }
        return magnitude.count <= 8 ? magnitude.reduce(0) { $0 << 8 | UInt64($1) } : nil
    }
}
