import Foundation

/// The fields of a CRL before it is signed: version 2, complete, direct (RFC 5280 §5.1).
package struct TBSCertificateRevocationList: Sendable {
    package var signatureAlgorithm: SignatureAlgorithm
    package var issuer: DistinguishedName
    package var thisUpdate: Date
    package var nextUpdate: Date
    package var entries: [RevokedEntry]
    package var authorityKeyIdentifier: [UInt8]
    package var number: UInt64

    package init(
        signatureAlgorithm: SignatureAlgorithm, issuer: DistinguishedName, thisUpdate: Date, nextUpdate: Date, entries: [RevokedEntry],
        authorityKeyIdentifier: [UInt8], number: UInt64
    ) {
        self.signatureAlgorithm = signatureAlgorithm
        self.issuer = issuer
        self.thisUpdate = thisUpdate
        self.nextUpdate = nextUpdate
        self.entries = entries
        self.authorityKeyIdentifier = authorityKeyIdentifier
        self.number = number
    }

    /// The bytes to sign.
    package func encoded() -> [UInt8] {
        let number = withUnsafeBytes(of: number.bigEndian) { [0] + Array($0) }
        let extensions = [Extensions.authorityKeyIdentifier(authorityKeyIdentifier), Extensions.crlNumber(number)]
        return DERBytes.sequence(
            DERBytes.integer(1), signatureAlgorithm.algorithmIdentifier, issuer.der, DERBytes.time(thisUpdate), DERBytes.time(nextUpdate),
            entries.isEmpty ? [] : DERBytes.sequence(of: entries.map(\.der)),
            DERBytes.explicit(0, CertificateExtension.encodeAll(extensions)))
    }
}
