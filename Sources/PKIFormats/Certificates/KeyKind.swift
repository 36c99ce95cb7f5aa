/// What kind of public key it is.
package enum KeyKind: Sendable, Hashable, CustomStringConvertible {
    /// `bits` of the modulus; `exponent` without leading zero bytes.
    case rsa(bits: Int, exponent: [UInt8])
    case p256, p384, p521, ed25519
    /// A key whose algorithm, or whose curve, is none of the above.
    case unsupported(OID)

    package var description: String {
        switch self {
        case .rsa(let bits, _): "RSA-\(bits)"
        case .p256: "P-256"
        case .p384: "P-384"
        case .p521: "P-521"
        case .ed25519: "Ed25519"
        case .unsupported(let oid): "unsupported (\(oid))"
        }
    }

    package var isRSA: Bool {
        guard case .rsa = self else { return false }
        return true
    }
}
