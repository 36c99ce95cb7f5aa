import Foundation

/// One certificate on a CRL (RFC 5280 §5.3).
package struct RevokedEntry: Sendable, Hashable {
    /// Contents of the INTEGER.
    package let serialNumber: [UInt8]
    package let revocationDate: Date
    /// nil and `unspecified` are both written as no reason at all.
    package let reason: RevocationReason?
    package let invalidityDate: Date?

    package init(serialNumber: [UInt8], revocationDate: Date, reason: RevocationReason?, invalidityDate: Date? = nil) {
        self.serialNumber = serialNumber
        self.revocationDate = revocationDate
        self.reason = reason
        self.invalidityDate = invalidityDate
    }

    init(_ element: TLV) throws(FormatError) {
        let structure = "CRL entry"
        var reader = try element.sequence(structure)
        serialNumber = try reader.take(.integer, "serial number").integer(structure)
        revocationDate = try reader.any("revocation date").time(structure)
        var reason: RevocationReason?
        var invalidityDate: Date?
        if let list = reader.next() {
            for item in try CertificateExtension.decodeAll(list, structure) {
                switch item.oid {
                case OIDs.reasonCode:
                    reason = RevocationReason(rawValue: try TLV(item.value, structure).smallInteger(structure, tag: .enumerated))
                    guard reason != nil else { throw FormatError(structure, "unknown reason") }
                case OIDs.invalidityDate: invalidityDate = try TLV(item.value, structure).time(structure)
                default: break
                }
            }
        }
        try reader.finish()
        self.reason = reason
        self.invalidityDate = invalidityDate
    }

    /// Empty where there is nothing to say.
    var encodedExtensions: [UInt8] {
        var extensions: [CertificateExtension] = []
        if let reason, reason != .unspecified {
            extensions.append(CertificateExtension(oid: OIDs.reasonCode, value: DERBytes.enumerated(reason.rawValue)))
        }
        if let invalidityDate {
            extensions.append(CertificateExtension(oid: OIDs.invalidityDate, value: DERBytes.generalizedTime(invalidityDate)))
        }
        return extensions.isEmpty ? [] : CertificateExtension.encodeAll(extensions)
    }
}
