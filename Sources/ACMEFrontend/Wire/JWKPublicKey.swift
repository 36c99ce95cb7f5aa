import PKIFormats

/// A JWK's numbers as a SubjectPublicKeyInfo, so that an account key, a CSR's key and a certificate's key compare and verify alike.
enum JWKPublicKey {
    static func spki(of kind: JWK.Kind) throws(FormatError) -> SubjectPublicKeyInfo {
        switch kind {
        case .p256(let x, let y): return try point(x, y, size: 32, on: OIDs.p256)
        case .p384(let x, let y): return try point(x, y, size: 48, on: OIDs.p384)
        case .p521(let x, let y): return try point(x, y, size: 66, on: OIDs.p521)
        case .ed25519(let x):
            guard x.count == 32 else { throw FormatError("jwk", "x of an Ed25519 key has 32 bytes") }
            return try validated(SubjectPublicKeyInfo(der: ed25519Prefix + x))
        case .rsa(let n, let e):
            guard let high = n.first, high != 0, let low = n.last, low & 1 == 1 else {
                throw FormatError("jwk", "n has a leading zero byte or is even")
            }
            let bits = n.count * 8 - high.leadingZeroBitCount
            guard (2048...4096).contains(bits) else { throw FormatError("jwk", "RSA keys have 2048 to 4096 bits here, not \(bits)") }
            guard e == [1, 0, 1] else { throw FormatError("jwk", "the RSA exponent must be 65537") }
            return try validated(SubjectPublicKeyInfo.rsa(modulus: n, exponent: e))
        }
    }

    private static func point(_ x: [UInt8], _ y: [UInt8], size: Int, on curve: OID) throws(FormatError) -> SubjectPublicKeyInfo {
        guard x.count == size, y.count == size else { throw FormatError("jwk", "x and y have \(size) bytes each on this curve") }
        return try validated(SubjectPublicKeyInfo.ec(curve: curve, point: [4] + x + y))
    }

    private static func validated(_ key: SubjectPublicKeyInfo) throws(FormatError) -> SubjectPublicKeyInfo {
        _ = try key.validatedKind()
        return key
    }

    /// SubjectPublicKeyInfo of id-Ed25519 up to the key's 32 bytes (RFC 8410 §4).
    private static let ed25519Prefix: [UInt8] = [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
}
