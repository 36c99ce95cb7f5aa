import PKIFormats

/// The `policyID` of an endpoint: a GUID in braces that never changes while root key and endpoint name stay, because clients keep it in
/// their group policy.
enum PolicyIdentifier {
    static func make(endpoint: String, rootKeyIdentifier: [UInt8]) -> String {
        var octets = Array(HashAlgorithm.sha256.digest(rootKeyIdentifier + Array(endpoint.utf8)).prefix(16))
        octets.replaceSubrange(6..<7, with: [octets[6] & 0x0F | 0x80])  // RFC 9562 §5.8: version 8, variant 10
        octets.replaceSubrange(8..<9, with: [octets[8] & 0x3F | 0x80])
        let digits = Array(octets.hex.uppercased())
        let groups = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32].map { String(digits[$0]) }
        return "{" + groups.joined(separator: "-") + "}"
    }
}
