/// The fields of a certificate before it is signed: version 3 (RFC 5280 §4.1).
package struct TBSCertificate: Sendable {
    /// Contents of the INTEGER: two's complement, at most 20 bytes, positive.
    package var serialNumber: [UInt8]
    package var signatureAlgorithm: SignatureAlgorithm
    package var issuer: DistinguishedName
    package var validity: Validity
    package var subject: DistinguishedName
    package var publicKey: SubjectPublicKeyInfo
    package var extensions: [CertificateExtension]

    package init(
        serialNumber: [UInt8], signatureAlgorithm: SignatureAlgorithm, issuer: DistinguishedName, validity: Validity,
        subject: DistinguishedName,
        publicKey: SubjectPublicKeyInfo, extensions: [CertificateExtension]
    ) {
        self.serialNumber = serialNumber
        self.signatureAlgorithm = signatureAlgorithm
        self.issuer = issuer
        self.validity = validity
        self.subject = subject
        self.publicKey = publicKey
        self.extensions = extensions
    }

    /// The bytes to sign.
    package func encoded() -> [UInt8] {
        DERBytes.sequence(
            DERBytes.explicit(0, DERBytes.integer(2)), DERBytes.integer(contents: serialNumber), signatureAlgorithm.algorithmIdentifier,
            issuer.der,
            validity.der, subject.der, publicKey.der,
            extensions.isEmpty ? [] : DERBytes.explicit(3, CertificateExtension.encodeAll(extensions)))
    }
}
