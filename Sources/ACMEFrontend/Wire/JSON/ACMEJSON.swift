import Foundation
import PKIFormats

/// How this server writes JSON: sorted members, plain slashes, whole seconds in UTC.
package enum ACMEJSON {
    package static func encode(_ value: some JSONWritable) -> [UInt8] { JSONText.of(value) }

    /// RFC 3339.
    package static func timestamp(_ date: Date) -> String {
        // YYYYMMDDhhmmssZ
        let digits = DERBytes.generalizedTime(date).dropFirst(2)
        guard digits.count == 15 else { return date.formatted(.iso8601) }
        var text: [UInt8] = []
        text.reserveCapacity(20)
        for (position, digit) in digits.enumerated() {
            switch position {
            case 4, 6: text.append(UInt8(ascii: "-"))
            case 8: text.append(UInt8(ascii: "T"))
            case 10, 12: text.append(UInt8(ascii: ":"))
            default: break
            }
            text.append(digit)
        }
        return String(decoding: text, as: UTF8.self)
    }
}
