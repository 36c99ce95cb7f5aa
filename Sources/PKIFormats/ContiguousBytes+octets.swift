import Foundation

extension ContiguousBytes {
    /// What a digest or a code of swift-crypto holds; as a sequence it would give its octets one by one.
    package var octets: [UInt8] { withUnsafeBytes { [UInt8]($0) } }
}
