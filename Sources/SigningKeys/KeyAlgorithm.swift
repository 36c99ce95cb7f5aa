/// The keys this program makes.
package enum KeyAlgorithm: String, CaseIterable, Codable, Sendable {
    case p256, p384, p521, rsa2048, rsa3072, rsa4096, ed25519, mldsa65, mldsa87

    /// Bits of the modulus; nil for the others.
    var rsaBits: Int? {
        switch self {
        case .p256, .p384, .p521, .ed25519, .mldsa65, .mldsa87: nil
        case .rsa2048: 2048
        case .rsa3072: 3072
        case .rsa4096: 4096
        }
    }

    /// As OpenSSL names the curve; nil for the others.
    var curve: String? {
        switch self {
        case .p256: "P-256"
        case .p384: "P-384"
        case .p521: "P-521"
        case .rsa2048, .rsa3072, .rsa4096, .ed25519, .mldsa65, .mldsa87: nil
        }
    }
}
