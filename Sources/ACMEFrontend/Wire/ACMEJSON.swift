import Foundation

/// How this server writes JSON: sorted members, plain slashes, whole seconds in UTC.
package enum ACMEJSON {
    package static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Encoding values made of strings, numbers and arrays of them cannot fail.
        return (try? encoder.encode(value)).map(Array.init) ?? Array("{}".utf8)
    }

    /// RFC 3339.
    package static func timestamp(_ date: Date) -> String { date.formatted(.iso8601) }
}
