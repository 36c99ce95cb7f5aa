import CCryptoki
import Crypto
import PKIFormats

/// A private key in a hardware security module, reached by PKCS #11: P-256, P-384, P-521 or RSA. It never leaves the token.
package struct PKCS11Key: SigningKey {
    package let publicKey: SubjectPublicKeyInfo
    package let defaultAlgorithm: SignatureAlgorithm
    let sessions: TokenSessions

    /// Loads the module, logs in and finds the key; waits for the token as long as the token takes.
    package init(_ uri: PKCS11URI) throws {
        sessions = try TokenSessions(uri)
        publicKey = try sessions.performNow { try $0.publicKey(uri) }
        defaultAlgorithm =
            switch publicKey.kind {
            case .p256: .ecdsaSHA256
            case .p384: .ecdsaSHA384
            case .p521: .ecdsaSHA512
            case .rsa: .rsaSHA256
            case .ed25519, .mldsa65, .mldsa87, .unsupported: throw KeyFailure(reason: "the token's key is of a kind that is not used here")
            }
    }

    package func sign(_ message: [UInt8], algorithm: SignatureAlgorithm) async throws -> [UInt8] {
        switch (publicKey.kind, algorithm) {
        case (.p256, .ecdsaSHA256), (.p256, .ecdsaSHA384), (.p256, .ecdsaSHA512), (.p384, .ecdsaSHA256), (.p384, .ecdsaSHA384),
            (.p384, .ecdsaSHA512), (.p521, .ecdsaSHA256), (.p521, .ecdsaSHA384), (.p521, .ecdsaSHA512):
            let digest = (algorithm.hash ?? .sha256).digest(message)
            let raw = try await sessions.perform { try $0.sign(digest, mechanism: CK_MECHANISM_TYPE(CKM_ECDSA)) }
            guard !raw.isEmpty, raw.count.isMultiple(of: 2) else { throw KeyFailure(reason: "the token made no ECDSA signature") }
            // The token gives the two numbers one after the other (PKCS #11 §2.3.1); X.509 wants a SEQUENCE of them.
            return ECDSASignatureValue.der(raw)
        case (.rsa, .rsaSHA1), (.rsa, .rsaSHA256), (.rsa, .rsaSHA384), (.rsa, .rsaSHA512):
            let hash = algorithm.hash ?? .sha256
            // DigestInfo (RFC 8017 §9.2), with the NULL that this one place demands.
            let info = DERBytes.sequence(
                DERBytes.sequence(hash.oid.der, DERBytes.null), DERBytes.octetString(hash.digest(message)))
            return try await sessions.perform { try $0.sign(info, mechanism: CK_MECHANISM_TYPE(CKM_RSA_PKCS)) }
        default: throw KeyFailure(reason: "a \(publicKey.kind) key in a token cannot sign with \(algorithm)")
        }
    }
}
