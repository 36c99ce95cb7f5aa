import Foundation

/// An X.509 certificate (RFC 5280 §4) that keeps its bytes. The extensions this program acts upon are decoded when it is read, so that a
/// malformed one is an error at once and not a silent absence later.
package struct Certificate: Sendable, Hashable, CustomStringConvertible {
    package let der: [UInt8]
    /// The raw TBSCertificate, over which the signature is.
    package let toBeSigned: [UInt8]
    /// Contents of the INTEGER, as they came.
    package let serialNumber: [UInt8]
    package let issuer: DistinguishedName
    package let subject: DistinguishedName
    package let validity: Validity
    package let publicKey: SubjectPublicKeyInfo
    package let extensions: [CertificateExtension]
    package let signatureAlgorithm: SignatureAlgorithm
    package let signature: [UInt8]

    package let subjectKeyIdentifier: [UInt8]?
    /// The keyIdentifier of that extension.
    package let authorityKeyIdentifier: [UInt8]?
    package let basicConstraints: (isCA: Bool, pathLength: Int?)?
    package let keyUsage: KeyUsage?
    /// Empty when the extension is absent.
    package let extendedKeyUsages: [OID]
    /// Empty when the extension is absent.
    package let subjectAlternativeNames: [GeneralName]

    /// Bounds: 64 KiB, 64 extensions, 100 alternative names.
    package init(der: [UInt8]) throws(FormatError) {
        let structure = "certificate"
        guard der.count <= 65_536 else { throw FormatError(structure, "too long") }
        var outer = try TLV(der, structure).sequence(structure)
        let inner = try outer.take(.sequence, "TBSCertificate")
        signatureAlgorithm = try SignatureAlgorithm(outer.take(.sequence, "signature algorithm"))
        signature = try outer.take(.bitString, "signature").bitStringBytes(structure)
        try outer.finish()

        var fields = try inner.reader(structure)
        var version = 0
        if let field = fields.takeIf(.context(0)) { version = try field.inner(structure).smallInteger(structure) }
        guard version <= 2 else { throw FormatError(structure, "unknown version") }
        serialNumber = try fields.take(.integer, "serial number").integer(structure)
        guard try SignatureAlgorithm(fields.take(.sequence, "signature algorithm")) == signatureAlgorithm else {
            throw FormatError(structure, "two different signature algorithms")
        }
        issuer = try DistinguishedName(fields.take(.sequence, "issuer"))
        validity = try Validity(fields.take(.sequence, "validity"))
        subject = try DistinguishedName(fields.take(.sequence, "subject"))
        publicKey = try SubjectPublicKeyInfo(fields.take(.sequence, "public key"))
        _ = fields.takeIf(.context(1))
        _ = fields.takeIf(.context(2))
        var extensions: [CertificateExtension] = []
        if let field = fields.takeIf(.context(3)) {
            guard version == 2 else { throw FormatError(structure, "extensions in an old version") }
            extensions = try CertificateExtension.decodeAll(field.inner(structure), structure)
        }
        try fields.finish()

        self.der = der
        toBeSigned = inner.raw
        self.extensions = extensions
        let known = try KnownExtensions(extensions)
        subjectKeyIdentifier = known.subjectKeyIdentifier
        authorityKeyIdentifier = known.authorityKeyIdentifier
        basicConstraints = known.basicConstraints
        keyUsage = known.keyUsage
        extendedKeyUsages = known.extendedKeyUsages
        subjectAlternativeNames = known.subjectAlternativeNames
    }

    /// Puts the signed parts together and reads the result again.
    package init(toBeSigned: [UInt8], algorithm: SignatureAlgorithm, signature: [UInt8]) throws(FormatError) {
        try self.init(der: DERBytes.sequence(toBeSigned, algorithm.algorithmIdentifier, DERBytes.bitString(signature)))
    }

    /// Reads the only certificate in the text.
    package init(pem: String) throws(FormatError) {
        try self.init(der: PEM.decodeOne(pem, label: "CERTIFICATE"))
    }

    /// Every certificate of the text, in order.
    package static func decodePEMBundle(_ text: String) throws(FormatError) -> [Certificate] {
        var certificates: [Certificate] = []
        for block in try PEM.decode(text, label: "CERTIFICATE") { certificates.append(try Certificate(der: block)) }
        return certificates
    }

    package var pem: String { PEM.encode(label: "CERTIFICATE", der) }

    /// Lowercase digits of the serial number, without a leading zero byte.
    package var serialHex: String { SerialNumber.hex(serialNumber) }

    /// For logs and errors.
    package var description: String { "certificate \(serialHex) of \(issuer) for \(subject)" }

    package func ext(_ oid: OID) -> CertificateExtension? { extensions.first { $0.oid == oid } }

    package func fingerprint(_ hash: HashAlgorithm) -> [UInt8] { hash.digest(der) }

    /// Whether the signature is the key's. Says nothing of names, times or constraints.
    package func isSigned(by issuer: SubjectPublicKeyInfo) -> Bool {
        issuer.isValidSignature(signature, over: toBeSigned, algorithm: signatureAlgorithm)
    }

    /// The same under a key that is ready for use.
    package func isSigned(by issuer: VerificationKey) -> Bool {
        issuer.isValidSignature(signature, over: toBeSigned, algorithm: signatureAlgorithm)
    }

    /// Subject and issuer are the same name, and its own key signed it.
    package var isSelfSigned: Bool { subject.matches(issuer) && isSigned(by: publicKey) }

    package static func == (left: Certificate, right: Certificate) -> Bool { left.der == right.der }
    package func hash(into hasher: inout Hasher) { hasher.combine(der) }
}
