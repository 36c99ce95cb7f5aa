import Foundation

/// The entries of a CRL, encoded one by one into a single buffer: a list of a million needs no array of them.
package struct RevokedEntries: Sendable {
    private(set) var der: [UInt8] = []
    package private(set) var count = 0
    /// Lists are ordered by instant: the same one often comes again.
    private var lastInstant: (date: Date, der: [UInt8])?
    private var reasons: [RevocationReason: [UInt8]] = [:]

    package init() {}

    package init(_ entries: [RevokedEntry]) {
        for entry in entries { append(entry) }
    }

    package mutating func append(_ entry: RevokedEntry) {
        let serialNumber = DERBytes.integer(contents: entry.serialNumber)
        let instant = encoded(entry.revocationDate)
        let extensions = encodedExtensions(entry)
        der += DERBytes.header(0x30, serialNumber.count + instant.count + extensions.count)
        der += serialNumber
        der += instant
        der += extensions
        count += 1
    }

    private mutating func encoded(_ date: Date) -> [UInt8] {
        if let lastInstant, lastInstant.date == date { return lastInstant.der }
        let der = DERBytes.time(date)
        lastInstant = (date, der)
        return der
    }

    private mutating func encodedExtensions(_ entry: RevokedEntry) -> [UInt8] {
        guard entry.invalidityDate == nil, let reason = entry.reason else { return entry.encodedExtensions }
        if let known = reasons[reason] { return known }
        let der = entry.encodedExtensions
        reasons[reason] = der
        return der
    }
}
