import Crypto

/// ECDSA with any pairing of curve and digest.
enum ECDSAVerification {
    static func isValid(_ signature: [UInt8], over message: [UInt8], hash: HashAlgorithm, point: [UInt8], curve: KeyKind) -> Bool {
        switch hash {
        case .sha1: isValid(signature, Insecure.SHA1.hash(data: message), point, curve)
        case .sha256: isValid(signature, SHA256.hash(data: message), point, curve)
        case .sha384: isValid(signature, SHA384.hash(data: message), point, curve)
        case .sha512: isValid(signature, SHA512.hash(data: message), point, curve)
        }
    }

    private static func isValid(_ signature: [UInt8], _ digest: some Digest, _ point: [UInt8], _ curve: KeyKind) -> Bool {
        switch curve {
        case .p256:
            guard let key = try? P256.Signing.PublicKey(x963Representation: point),
                let signature = try? P256.Signing.ECDSASignature(derRepresentation: signature)
            else { return false }
            return key.isValidSignature(signature, for: digest)
        case .p384:
            guard let key = try? P384.Signing.PublicKey(x963Representation: point),
                let signature = try? P384.Signing.ECDSASignature(derRepresentation: signature)
            else { return false }
            return key.isValidSignature(signature, for: digest)
        case .p521:
            guard let key = try? P521.Signing.PublicKey(x963Representation: point),
                let signature = try? P521.Signing.ECDSASignature(derRepresentation: signature)
            else { return false }
            return key.isValidSignature(signature, for: digest)
        case .rsa, .ed25519, .mldsa65, .mldsa87, .unsupported: return false
        }
    }
}
