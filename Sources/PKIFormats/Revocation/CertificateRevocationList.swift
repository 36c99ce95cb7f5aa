import Foundation

/// A CRL (RFC 5280 §5) that keeps its bytes.
package struct CertificateRevocationList: Sendable, Hashable {
    package let der: [UInt8]
    /// The raw TBSCertList, over which the signature is.
    package let toBeSigned: [UInt8]
    package let issuer: DistinguishedName
    package let thisUpdate: Date
    package let nextUpdate: Date?
    package let entries: [RevokedEntry]
    package let extensions: [CertificateExtension]
    package let signatureAlgorithm: SignatureAlgorithm
    package let signature: [UInt8]
    package let authorityKeyIdentifier: [UInt8]?
    /// nil when absent, or larger than 64 bits.
    package let number: UInt64?

    /// Bounds: 64 MiB, one million entries, 64 extensions.
    package init(der: [UInt8]) throws(FormatError) {
        let structure = "CRL"
        guard der.count <= 64 << 20 else { throw FormatError(structure, "too long") }
        var whole = ShallowDER(der[...], structure)
        let list = try whole.take(0x30, "CertificateList")
        try whole.finish()
        var outer = ShallowDER(list.contents, structure)
        let inner = try outer.take(0x30, "TBSCertList")
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
        var entries: [RevokedEntry] = []
        if fields.nextTag == 0x30 {
            var revoked = ShallowDER(try fields.take(0x30, "revoked certificates").contents, structure)
            while let entry = try revoked.next() {
                guard entries.count < 1_000_000 else { throw FormatError(structure, "more than a million entries") }
                entries.append(try RevokedEntry(TLV(Array(entry.raw), structure)))
            }
        }
        var extensions: [CertificateExtension] = []
        if fields.nextTag == 0xA0 {
            let field = try TLV(Array(fields.take(0xA0, "extensions").raw), structure)
            extensions = try CertificateExtension.decodeAll(field.inner(structure), structure)
        }
        try fields.finish()

        self.der = der
        toBeSigned = Array(inner.raw)
        self.entries = entries
        self.extensions = extensions
        authorityKeyIdentifier = try KnownExtensions(extensions).authorityKeyIdentifier
        number = try Self.number(extensions)
    }

    private static func number(_ extensions: [CertificateExtension]) throws(FormatError) -> UInt64? {
        guard let value = extensions.first(where: { $0.oid == OIDs.crlNumber })?.value else { return nil }
        let bytes = try TLV(value, "CRL number").integer("CRL number")
        guard let first = bytes.first, first < 0x80 else { throw FormatError("CRL number", "negative") }
        let magnitude = bytes.drop { $0 == 0 }
        return magnitude.count <= 8 ? magnitude.reduce(0) { $0 << 8 | UInt64($1) } : nil
    }

    /// Puts the signed parts together and reads the result again.
    package init(toBeSigned: [UInt8], algorithm: SignatureAlgorithm, signature: [UInt8]) throws(FormatError) {
        try self.init(der: DERBytes.sequence(toBeSigned, algorithm.algorithmIdentifier, DERBytes.bitString(signature)))
    }

    /// Reads the only CRL in the text.
    package init(pem: String) throws(FormatError) {
        try self.init(der: PEM.decodeOne(pem, label: "X509 CRL"))
    }

    package var pem: String { PEM.encode(label: "X509 CRL", der) }

    /// The entry of this serial number (INTEGER contents).
    package func entry(for serialNumber: [UInt8]) -> RevokedEntry? { entries.first { $0.serialNumber == serialNumber } }

    /// Whether the signature is the key's. Says nothing of names or times.
    package func isSigned(by issuer: SubjectPublicKeyInfo) -> Bool {
        issuer.isValidSignature(signature, over: toBeSigned, algorithm: signatureAlgorithm)
    }

    package static func == (left: CertificateRevocationList, right: CertificateRevocationList) -> Bool { left.der == right.der }
    package func hash(into hasher: inout Hasher) { hasher.combine(der) }
}
