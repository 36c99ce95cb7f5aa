import Foundation

/// The time a certificate is meant for, both ends included, in whole seconds.
package struct Validity: Sendable, Hashable {
    package let notBefore: Date
    package let notAfter: Date

    /// 99991231235959Z: no well-defined end (RFC 5280 §4.1.2.5).
    package static let endless = Date(timeIntervalSince1970: 253_402_300_799)

    /// Fractions of seconds are cut off.
    package init(notBefore: Date, notAfter: Date) {
        self.notBefore = CivilTime(notBefore).date
        self.notAfter = CivilTime(notAfter).date
    }

    init(_ element: TLV) throws(FormatError) {
        var reader = try element.sequence("validity")
        notBefore = try reader.any("notBefore").time("validity")
        notAfter = try reader.any("notAfter").time("validity")
        try reader.finish()
    }

    package func contains(_ instant: Date) -> Bool { notBefore <= instant && instant <= notAfter }

    /// UTCTime until 2049, GeneralizedTime from then on.
    var der: [UInt8] { DERBytes.sequence(DERBytes.time(notBefore), DERBytes.time(notAfter)) }
}
