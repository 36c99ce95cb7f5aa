import Foundation
import PKIFormats

/// IP addresses between text and bytes: dotted quad, or IPv6 as RFC 5952 writes it.
package enum IPLiteral {
    /// Four or sixteen bytes, or nil.
    package static func bytes(of text: String) -> [UInt8]? {
        guard text.utf8.count <= 45, !text.utf8.contains(0) else { return nil }
        var four = in_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return withUnsafeBytes(of: four) { Array($0) } }
        var sixteen = in6_addr()
        if inet_pton(AF_INET6, text, &sixteen) == 1 { return withUnsafeBytes(of: sixteen) { Array($0) } }
        return nil
    }

    /// The canonical text.
    package static func text(of bytes: [UInt8]) -> String { IPAddressText.text(bytes) }
}
