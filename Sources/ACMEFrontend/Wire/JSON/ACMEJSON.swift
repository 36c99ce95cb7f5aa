import Foundation
import PKIFormats

/// How this server writes JSON: sorted members, plain slashes, whole seconds in UTC.
package enum ACMEJSON {
    package static func encode(_ value: some JSONWritable) -> [UInt8] { JSONText.of(value) }

    /// RFC 3339.
    package static func timestamp(_ date: Date) -> String { date.utcText }
}
