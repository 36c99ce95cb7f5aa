import Foundation
import PKIFormats

/// How this server writes JSON: sorted members, plain slashes, whole seconds in UTC.
package enum ACMEJSON {
    package static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Encoding values made of strings, numbers and arrays of them cannot fail.
        return (try? encoder.encode(value)).map(Array.init) ?? Array("{}".utf8)
    }

    /// RFC 3339.
    package static func timestamp(_ date: Date) -> String {
        // YYYYMMDDhhmmssZ
        let digits = Array(DERBytes.generalizedTime(date).dropFirst(2))
        guard digits.count == 15 else { return date.formatted(.iso8601) }
        func part(_ range: Range<Int>) -> String { String(decoding: digits[range], as: UTF8.self) }
        return "\(part(0..<4))-\(part(4..<6))-\(part(6..<8))T\(part(8..<10)):\(part(10..<12)):\(part(12..<14))Z"
    }
}
