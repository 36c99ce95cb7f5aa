/// A PKCS #10 request (RFC 2986) that keeps its bytes. BER and unsorted attributes are accepted, as old clients send them; the signature
/// is checked over the bytes as they came.
package struct CertificationRequest: Sendable {
    package let der: [UInt8]
    /// The raw CertificationRequestInfo.
    package let info: [UInt8]
    package let subject: DistinguishedName
    package let publicKey: SubjectPublicKeyInfo
    package let signatureAlgorithm: SignatureAlgorithm
    package let signature: [UInt8]
    /// In the order of the request; each value is a whole element.
    package let attributes: [(oid: OID, values: [[UInt8]])]
    /// The extensions of all extensionRequest attributes (PKCS #9, Microsoft's and VeriSign's) together: scepreq sends two of them.
    package let requestedExtensions: [CertificateExtension]
    package let subjectAlternativeNames: [GeneralName]

    /// Bounds: 64 KiB, 64 attributes, 64 extensions, 100 alternative names. An extension that occurs twice is refused.
    package init(der: [UInt8]) throws(FormatError) {
        let structure = "certification request"
        guard der.count <= 65_536 else { throw FormatError(structure, "too long") }
        var outer = try TLV(der, structure, rules: .ber).sequence(structure)
        let inner = try outer.take(.sequence, "CertificationRequestInfo")
        signatureAlgorithm = try SignatureAlgorithm(outer.take(.sequence, "signature algorithm"))
        signature = try outer.take(.bitString, "signature").bitStringBytes(structure)
        try outer.finish()

        var fields = try inner.reader(structure)
        guard try fields.take(.integer, "version").smallInteger(structure) == 0 else { throw FormatError(structure, "unknown version") }
        subject = try DistinguishedName(fields.take(.sequence, "subject"))
        publicKey = try SubjectPublicKeyInfo(fields.take(.sequence, "public key"))
        let attributes = try fields.takeIf(.context(0)).map { element throws(FormatError) in
            try RequestAttribute.decodeAll(element, structure)
        }
        try fields.finish()

        self.der = der
        info = inner.raw
        self.attributes = attributes ?? []
        requestedExtensions = try Self.extensions(in: self.attributes)
        let names = requestedExtensions.first { $0.oid == OIDs.subjectAlternativeName }
        subjectAlternativeNames = try names.map { item throws(FormatError) in try GeneralNames.decode(item.value) } ?? []
    }

    /// Reads the only request in the text; Microsoft's label `NEW CERTIFICATE REQUEST` is as good.
    package init(pem: String) throws(FormatError) {
        let blocks = try PEM.decode(pem, label: "CERTIFICATE REQUEST") + PEM.decode(pem, label: "NEW CERTIFICATE REQUEST")
        guard blocks.count == 1, let block = blocks.first else { throw FormatError("certification request", "not exactly one in the text") }
        try self.init(der: block)
    }

    /// Puts the signed parts together and reads the result again.
    package init(info: [UInt8], algorithm: SignatureAlgorithm, signature: [UInt8]) throws(FormatError) {
        try self.init(der: DERBytes.sequence(info, algorithm.algorithmIdentifier, DERBytes.bitString(signature)))
    }

    /// The CertificationRequestInfo to sign.
    package static func toBeSigned(
        subject: DistinguishedName, publicKey: SubjectPublicKeyInfo, attributes: [(oid: OID, values: [[UInt8]])] = []
    ) -> [UInt8] {
        DERBytes.sequence(
            DERBytes.integer(0), subject.der, publicKey.der, DERBytes.set(of: attributes.map { RequestAttribute.encode($0) }, tag: 0xA0))
    }

    private static func extensions(in attributes: [(oid: OID, values: [[UInt8]])]) throws(FormatError) -> [CertificateExtension] {
        let structure = "certification request"
        var extensions: [CertificateExtension] = []
        for attribute in attributes where extensionRequests.contains(attribute.oid) {
            guard attribute.values.count == 1, let value = attribute.values.first else {
                throw FormatError(structure, "malformed extensionRequest")
            }
            extensions += try CertificateExtension.decodeAll(TLV(value, structure, rules: .ber), structure)
        }
        try CertificateExtension.refuseDuplicates(extensions, structure)
        return extensions
    }

    private static let extensionRequests: Set<OID> = [OIDs.extensionRequest, OIDs.microsoftExtensionRequest, OIDs.verisignExtensionRequest]

    package var pem: String { PEM.encode(label: "CERTIFICATE REQUEST", der) }

    /// The proof of possession: whether the request's own key signed it.
    package var isSelfSignatureValid: Bool { publicKey.isValidSignature(signature, over: info, algorithm: signatureAlgorithm) }

    /// The same with the request's key ready for use; false for any other key.
    package func isSelfSignatureValid(under key: VerificationKey) -> Bool {
        key.publicKey == publicKey && key.isValidSignature(signature, over: info, algorithm: signatureAlgorithm)
    }

    /// The only value of an attribute that may occur once with one value; nil when it is absent.
    package func singleValue(_ oid: OID) throws(FormatError) -> [UInt8]? {
        let found = attributes.filter { $0.oid == oid }
        guard let attribute = found.first else { return nil }
        guard found.count == 1, attribute.values.count == 1, let value = attribute.values.first else {
            throw FormatError("certification request", "an attribute with more or less than one value")
        }
        return value
    }

    /// The decoded challengePassword (RFC 2985 §5.4.1): any string type, up to 16 KiB.
    package var challengePassword: String? {
        get throws(FormatError) {
            guard let value = try singleValue(OIDs.challengePassword) else { return nil }
            guard value.count <= 16_384, let text = try TLV(value, "challenge password", rules: .ber).text else {
                throw FormatError("challenge password", "not a text")
            }
            return text
        }
    }

    /// The same request without its challengePassword, and so without a signature that verifies: fit to be kept. Itself where it has none.
    package func withoutChallenge() throws(FormatError) -> CertificationRequest {
        let kept = attributes.filter { $0.oid != OIDs.challengePassword }
        guard kept.count < attributes.count else { return self }
        return try CertificationRequest(
            info: Self.toBeSigned(subject: subject, publicKey: publicKey, attributes: kept), algorithm: signatureAlgorithm,
            signature: signature)
    }

    /// The template a Windows client, or strongSwan's `--profile`, names: extension or attribute 1.3.6.1.4.1.311.20.2.
    package var templateName: String? {
        let fromExtension = requestedExtensions.first { $0.oid == OIDs.microsoftTemplateName }?.value
        let value = fromExtension ?? attributes.first { $0.oid == OIDs.microsoftTemplateName }?.values.first
        guard let value, value.count <= 1024, let element = try? TLV(value, "template name", rules: .ber) else { return nil }
        return element.text
    }
}
