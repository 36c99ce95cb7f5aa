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
        var entries: [RevokedEntry] = []
        let frame = try RevocationListFrame(der: der) { entry throws(FormatError) in
            guard entries.count < 1_000_000 else { throw FormatError("CRL", "more than a million entries") }
            entries.append(try RevokedEntry(TLV(Array(entry), "CRL")))
        }
        self.der = der
        toBeSigned = Array(der[frame.toBeSigned])
        issuer = frame.issuer
        thisUpdate = frame.thisUpdate
        nextUpdate = frame.nextUpdate
        self.entries = entries
        extensions = frame.extensions
        signatureAlgorithm = frame.signatureAlgorithm
        signature = frame.signature
        authorityKeyIdentifier = try KnownExtensions(frame.extensions).authorityKeyIdentifier
        number = frame.number
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
