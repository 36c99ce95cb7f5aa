import Foundation

/// An X.509 certificate (RFC 5280 §4) that keeps its bytes. The extensions this program acts upon are decoded when it is read, so that a
/// malformed one is an error at once and not a silent absence later.
package struct Certificate: Sendable, Hashable, CustomStringConvertible {
    package let der: [UInt8]
    package let signature: [UInt8]
    /// What the signature is over, read. One object, so that a copy costs no more than a reference.
    private let body: Body

    private final class Body: Sendable {
        let toBeSigned: [UInt8]
        let serialNumber: [UInt8]
        let issuer: DistinguishedName
        let subject: DistinguishedName
        let validity: Validity
        let publicKey: SubjectPublicKeyInfo
        let extensions: [CertificateExtension]
        let signatureAlgorithm: SignatureAlgorithm
        let known: KnownExtensions

        init(_ element: TLV, _ signatureAlgorithm: SignatureAlgorithm) throws(FormatError) {
            var fields = try element.reader(structure)
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
            toBeSigned = element.raw
            self.signatureAlgorithm = signatureAlgorithm
            self.extensions = extensions
            known = try KnownExtensions(extensions)
        }
    }

    private static let structure = "certificate"

    /// Bounds: 64 KiB, 64 extensions, 100 alternative names.
    package init(der: [UInt8]) throws(FormatError) {
        guard der.count <= 65_536 else { throw FormatError(Self.structure, "too long") }
        let frame = try Frame(der)
        self.der = der
        signature = frame.signature
        body = try Body(frame.inner, frame.algorithm)
    }

    /// Puts the signed parts together and reads the result again.
    package init(toBeSigned: [UInt8], algorithm: SignatureAlgorithm, signature: [UInt8]) throws(FormatError) {
        try self.init(der: Self.frame(toBeSigned, algorithm, signature))
    }

    /// A certificate that nobody has signed yet: one zero octet stands where the signature will.
    package init(unsigned toBeSigned: [UInt8], algorithm: SignatureAlgorithm) throws(FormatError) {
        try self.init(toBeSigned: toBeSigned, algorithm: algorithm, signature: [0])
    }

    /// The same fields under another signature. The frame is read back, so that what it holds is what was put in; the fields inside were
    /// read when this value was made.
    package func signed(_ signature: [UInt8]) throws(FormatError) -> Certificate {
        let der = Self.frame(toBeSigned, signatureAlgorithm, signature)
        let frame = try Frame(der)
        guard frame.inner.raw == toBeSigned, frame.algorithm == signatureAlgorithm, frame.signature == signature else {
            throw FormatError(Self.structure, "it is not what was put together")
        }
        return Certificate(der: der, signature: signature, body: body)
    }

    private init(der: [UInt8], signature: [UInt8], body: Body) {
        self.der = der
        self.signature = signature
        self.body = body
    }

    private static func frame(_ toBeSigned: [UInt8], _ algorithm: SignatureAlgorithm, _ signature: [UInt8]) -> [UInt8] {
        DERBytes.sequence(toBeSigned, algorithm.algorithmIdentifier, DERBytes.bitString(signature))
    }

    /// The outer SEQUENCE.
    private struct Frame {
        let inner: TLV
        let algorithm: SignatureAlgorithm
        let signature: [UInt8]

        init(_ der: [UInt8]) throws(FormatError) {
            var outer = try TLV(der, structure).sequence(structure)
            inner = try outer.take(.sequence, "TBSCertificate")
            algorithm = try SignatureAlgorithm(outer.take(.sequence, "signature algorithm"))
            signature = try outer.take(.bitString, "signature").bitStringBytes(structure)
            try outer.finish()
        }
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

    /// The raw TBSCertificate, over which the signature is.
    package var toBeSigned: [UInt8] { body.toBeSigned }
    /// Contents of the INTEGER, as they came.
    package var serialNumber: [UInt8] { body.serialNumber }
    package var issuer: DistinguishedName { body.issuer }
    package var subject: DistinguishedName { body.subject }
    package var validity: Validity { body.validity }
    package var publicKey: SubjectPublicKeyInfo { body.publicKey }
    package var extensions: [CertificateExtension] { body.extensions }
    package var signatureAlgorithm: SignatureAlgorithm { body.signatureAlgorithm }
    package var subjectKeyIdentifier: [UInt8]? { body.known.subjectKeyIdentifier }
    /// The keyIdentifier of that extension.
    package var authorityKeyIdentifier: [UInt8]? { body.known.authorityKeyIdentifier }
    package var basicConstraints: (isCA: Bool, pathLength: Int?)? { body.known.basicConstraints }
    package var keyUsage: KeyUsage? { body.known.keyUsage }
    /// Empty when the extension is absent.
    package var extendedKeyUsages: [OID] { body.known.extendedKeyUsages }
    /// Empty when the extension is absent.
    package var subjectAlternativeNames: [GeneralName] { body.known.subjectAlternativeNames }

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
    package func isSigned(by issuer: FrequentVerificationKey) -> Bool {
        issuer.isValidSignature(signature, over: toBeSigned, algorithm: signatureAlgorithm)
    }

    /// Subject and issuer are the same name, and its own key signed it.
    package var isSelfSigned: Bool { subject.matches(issuer) && isSigned(by: publicKey) }

    package static func == (left: Certificate, right: Certificate) -> Bool { left.der == right.der }
    package func hash(into hasher: inout Hasher) { hasher.combine(der) }
}
