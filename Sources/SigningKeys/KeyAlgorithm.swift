/// The keys this program makes.
package enum KeyAlgorithm: String, CaseIterable, Codable, Sendable {
    case p256, p384, rsa2048, rsa3072, rsa4096

    /// Bits of the modulus; nil for the curves.
    var rsaBits: Int? {
        switch self {
        case .p256, .p384: nil
        case .rsa2048: 2048
        case .rsa3072: 3072
        case .rsa4096: 4096
        }
    }
}
