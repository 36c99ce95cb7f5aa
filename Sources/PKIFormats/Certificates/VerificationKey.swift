/// A public key made ready once, for whoever verifies with it again and again.
package struct VerificationKey: Sendable {
    private let publicKey: SubjectPublicKeyInfo
    /// Nil for what is no curve of ECDSA.
    private let ecdsa: ECDSAKey?

    package init(_ publicKey: SubjectPublicKeyInfo) {
        self.publicKey = publicKey
        ecdsa = ECDSAKey(point: publicKey.keyBytes, curve: publicKey.kind)
    }

    /// Whether `signature` is one over `message`; false when algorithm and key do not fit.
    package func isValidSignature(_ signature: [UInt8], over message: [UInt8], algorithm: SignatureAlgorithm) -> Bool {
        guard let ecdsa else { return publicKey.isValidSignature(signature, over: message, algorithm: algorithm) }
        switch algorithm {
        case .ecdsaSHA1, .ecdsaSHA256, .ecdsaSHA384, .ecdsaSHA512:
            return ecdsa.isValidSignature(signature, over: message, hash: algorithm.hash ?? .sha256)
        default: return false
        }
    }
}
