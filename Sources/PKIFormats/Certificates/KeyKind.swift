/// What kind of public key it is.
package enum KeyKind: Sendable, Hashable, CustomStringConvertible {
    /// `bits` of the modulus; `exponent` without leading zero bytes.
    case rsa(bits: Int, exponent: [UInt8])
    case p256, p384, p521, ed25519
    /// FIPS 204, as RFC 9881 puts it into certificates.
    case mldsa65, mldsa87
    /// A key whose algorithm, or whose curve, is none of the above.
    case unsupported(OID)

    package var description: String {
        switch self {
        case .rsa(let bits, _): "RSA-\(bits)"
        case .p256: "P-256"
        case .p384: "P-384"
        case .p521: "P-521"
        case .ed25519: "Ed25519"
        case .mldsa65: "ML-DSA-65"
        case .mldsa87: "ML-DSA-87"
        case .unsupported(let oid): "unsupported (\(oid))"
        }
    }

    package var isRSA: Bool {
        guard case .rsa = self else { return false }
        return true
    }

    /// Whether keys of this kind sign and do nothing else (RFC 8410 §5, RFC 9881 §5).
    package var onlySigns: Bool {
        switch self {
        case .ed25519, .mldsa65, .mldsa87: true
        case .rsa, .p256, .p384, .p521, .unsupported: false
        }
    }
}
