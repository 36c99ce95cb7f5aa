import Crypto

/// A point that was found to lie on its curve; ECDSA with any digest.
enum ECDSAKey: Sendable {
    case p256(P256.Signing.PublicKey)
    case p384(P384.Signing.PublicKey)
    case p521(P521.Signing.PublicKey)

    /// Nil for a point that is not on the curve, and for a kind of key that is no curve of ECDSA.
    init?(point: [UInt8], curve: KeyKind) {
        let key: ECDSAKey? =
            switch curve {
            case .p256: (try? P256.Signing.PublicKey(x963Representation: point)).map(ECDSAKey.p256)
            case .p384: (try? P384.Signing.PublicKey(x963Representation: point)).map(ECDSAKey.p384)
            case .p521: (try? P521.Signing.PublicKey(x963Representation: point)).map(ECDSAKey.p521)
            case .rsa, .ed25519, .mldsa65, .mldsa87, .unsupported: nil
            }
        guard let key else { return nil }
        self = key
    }

    func isValidSignature(_ signature: [UInt8], over message: [UInt8], hash: HashAlgorithm) -> Bool {
        switch hash {
        case .sha1: isValid(signature, Insecure.SHA1.hash(data: message))
        case .sha256: isValid(signature, SHA256.hash(data: message))
        case .sha384: isValid(signature, SHA384.hash(data: message))
        case .sha512: isValid(signature, SHA512.hash(data: message))
        }
    }

    private func isValid(_ signature: [UInt8], _ digest: some Digest) -> Bool {
        switch self {
        case .p256(let key):
            guard let fixed = ECDSASignatureValue.fixed(signature, size: 32),
                let signature = try? P256.Signing.ECDSASignature(rawRepresentation: fixed)
            else { return false }
            return key.isValidSignature(signature, for: digest)
        case .p384(let key):
            guard let fixed = ECDSASignatureValue.fixed(signature, size: 48),
                let signature = try? P384.Signing.ECDSASignature(rawRepresentation: fixed)
            else { return false }
            return key.isValidSignature(signature, for: digest)
        case .p521(let key):
            guard let fixed = ECDSASignatureValue.fixed(signature, size: 66),
                let signature = try? P521.Signing.ECDSASignature(rawRepresentation: fixed)
            else { return false }
            return key.isValidSignature(signature, for: digest)
        }
    }
}
