import EnrollmentCore
import Foundation
import PKIFormats

/// `index.txt`, the database of `openssl ca`: a line a certificate, with status, expiry, revocation, serial, file and subject between tabs.
struct OpenSSLIndex {
    let revoked: [Takeover.Revoked]

    /// - Throws: for a line that is none of that file.
    init(_ text: String) throws {
        var revoked: [Takeover.Revoked] = []
        for line in text.split(whereSeparator: \.isNewline) {
            let fields = line.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count >= 6, let status = fields.first, ["V", "R", "E"].contains(status) else {
                throw CommandFailure("this line is not of an index.txt of `openssl ca`: \(line.prefix(100))")
            }
            guard status == "R" else { continue }
            let parts = fields[2].split(separator: ",")
            guard let serial = PKIFormats.SerialNumber.contents(hex: String(fields[3])),
                let instant = parts.first.flatMap({ Self.instant(String($0)) })
            else { throw CommandFailure("this line of index.txt has no serial number or no time of revocation: \(line.prefix(100))") }
            revoked.append(
                Takeover.Revoked(
                    serialNumber: serial, instant: instant, reason: parts.dropFirst().first.flatMap { RevocationReason(name: String($0)) }))
        }
        self.revoked = revoked
    }

    /// UTCTime or GeneralizedTime, both ending in Z.
    private static func instant(_ text: String) -> Date? {
        guard text.hasSuffix("Z"), text.dropLast().allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        let digits = text.count == 13 ? (text < "50" ? "20" : "19") + text : text
        guard digits.count == 15 else { return nil }
        var fields: [Int] = []
        var rest = digits.dropLast()
        for length in [4, 2, 2, 2, 2, 2] {
            guard let number = Int(rest.prefix(length)) else { return nil }
            fields.append(number)
            rest = rest.dropFirst(length)
        }
        var components = DateComponents()
        components.timeZone = TimeZone(secondsFromGMT: 0)
        (components.year, components.month, components.day) = (fields[0], fields[1], fields[2])
        (components.hour, components.minute, components.second) = (fields[3], fields[4], fields[5])
        return Calendar(identifier: .gregorian).date(from: components)
    }
}
