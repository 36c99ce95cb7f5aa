import Foundation

/// The fields of a CRL before it is signed: version 2, direct (RFC 5280 §5.1).
package struct TBSCertificateRevocationList: Sendable {
    package var signatureAlgorithm: SignatureAlgorithm
    package var issuer: DistinguishedName
    package var thisUpdate: Date
    package var nextUpdate: Date
    package var entries: RevokedEntries
    package var authorityKeyIdentifier: [UInt8]
    package var number: UInt64
    /// The number of the complete list that this one only amends; nil for a complete one.
    package var baseNumber: UInt64?
    /// The distribution point of the certificates that the list speaks of; nil: of all certificates of the CA.
    package var distributionPoint: String?
    /// Where the list's own amendments are.
    package var freshest: String?

    package init(
        signatureAlgorithm: SignatureAlgorithm, issuer: DistinguishedName, thisUpdate: Date, nextUpdate: Date, entries: RevokedEntries,
        authorityKeyIdentifier: [UInt8], number: UInt64, baseNumber: UInt64? = nil, distributionPoint: String? = nil,
        freshest: String? = nil
    ) {
        self.signatureAlgorithm = signatureAlgorithm
        self.issuer = issuer
        self.thisUpdate = thisUpdate
        self.nextUpdate = nextUpdate
        self.entries = entries
        self.authorityKeyIdentifier = authorityKeyIdentifier
        self.number = number
        self.baseNumber = baseNumber
        self.distributionPoint = distributionPoint
        self.freshest = freshest
    }

    /// The bytes to sign.
    package func encoded() -> [UInt8] {
        var extensions = [Extensions.authorityKeyIdentifier(authorityKeyIdentifier), Extensions.crlNumber(number)]
        if let baseNumber { extensions.append(Extensions.deltaCRLIndicator(base: baseNumber)) }
        if let distributionPoint { extensions.append(Extensions.issuingDistributionPoint(distributionPoint)) }
        if let freshest { extensions.append(Extensions.freshestCRL(freshest)) }
        let head =
            DERBytes.integer(1) + signatureAlgorithm.algorithmIdentifier + issuer.der + DERBytes.time(thisUpdate)
            + DERBytes.time(nextUpdate)
            + (entries.count == 0 ? [] : DERBytes.header(0x30, entries.der.count))
        let tail = DERBytes.explicit(0, CertificateExtension.encodeAll(extensions))
        let count = head.count + entries.der.count + tail.count
        // Appended to one buffer: the entries may be many megabytes.
        var bytes = DERBytes.header(0x30, count)
        bytes.reserveCapacity(bytes.count + count)
        bytes += head
        bytes += entries.der
        bytes += tail
        return bytes
    }
}
