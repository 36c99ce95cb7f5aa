/// A public key made ready once, for whoever verifies with it again and again; an RSA key also encrypts.
package struct VerificationKey: Sendable {
    package let publicKey: SubjectPublicKeyInfo
    /// Nil for what is no curve of ECDSA.
    private let ecdsa: ECDSAKey?
    /// Nil for what is no usable RSA key.
    private let rsa: RSAPrimitive?

    package init(_ publicKey: SubjectPublicKeyInfo) {
        self.publicKey = publicKey
        ecdsa = ECDSAKey(point: publicKey.keyBytes, curve: publicKey.kind)
        rsa = publicKey.rsa.flatMap(RSAPrimitive.init)
    }

    /// The kind, after the key was found usable (``SubjectPublicKeyInfo/validatedKind()``).
    package func validatedKind() throws(FormatError) -> KeyKind { try publicKey.validatedKind(ecdsa) }

    /// Whether `signature` is one over `message`; false when algorithm and key do not fit.
    package func isValidSignature(_ signature: [UInt8], over message: [UInt8], algorithm: SignatureAlgorithm) -> Bool {
        switch algorithm {
        case .ecdsaSHA1, .ecdsaSHA256, .ecdsaSHA384, .ecdsaSHA512:
            return ecdsa?.isValidSignature(signature, over: message, hash: algorithm.hash ?? .sha256) ?? false
        case .rsaSHA1, .rsaSHA256, .rsaSHA384, .rsaSHA512:
            return rsa?.isValidSignature(signature, over: message, hash: algorithm.hash ?? .sha256) ?? false
        case .rsaPSS(let hash):
            guard let key = publicKey.rsa, let handle = RSAKeyHandle(key) else { return false }
            return handle.isValidPSS(signature, over: message, hash: hash)
        case .ed25519, .mldsa65, .mldsa87: return publicKey.isValidSignature(signature, over: message, algorithm: algorithm)
        }
    }

    /// Encrypts a content key.
    func encrypt(_ secret: [UInt8], _ transport: KeyTransport) throws(FormatError) -> [UInt8] {
        let encrypted: [UInt8]?
        switch transport {
        case .rsaPKCS1: encrypted = rsa?.encrypt(secret)
        case .rsaOAEP(let hash):
            if let key = publicKey.rsa, let handle = RSAKeyHandle(key) {
                encrypted = handle.encryptOAEP(secret, hash: hash)
            } else {
                encrypted = nil
            }
        }
        guard let encrypted else { throw FormatError("EnvelopedData", "the recipient's key does not encrypt") }
        return encrypted
    }
}
