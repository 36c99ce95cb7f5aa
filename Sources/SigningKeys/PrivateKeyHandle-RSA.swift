import COpenSSL
import PKIFormats

extension PrivateKeyHandle {
    func signRSA(_ message: [UInt8], _ algorithm: SignatureAlgorithm) throws -> [UInt8] {
        defer { ERR_clear_error() }
        let failure = KeyFailure(reason: "RSA signing failed")
        guard let hash = algorithm.hash, let context = EVP_MD_CTX_new() else { throw failure }
        defer { EVP_MD_CTX_free(context) }
        var keyContext: OpaquePointer?
        guard EVP_DigestSignInit(context, &keyContext, hash.evp, nil, raw) == 1 else { throw failure }
        if case .rsaPSS = algorithm {
            guard EVP_PKEY_CTX_set_rsa_padding(keyContext, RSA_PKCS1_PSS_PADDING) == 1,
                EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext, Int32(hash.byteCount)) == 1
            else { throw failure }
        }
        // Nothing more comes: OpenSSL need not sign with a copy of the context.
        EVP_MD_CTX_set_flags(context, EVP_MD_CTX_FLAG_FINALISE)
        var count = Int(EVP_PKEY_get_size(raw))
        var signature = [UInt8](repeating: 0, count: count)
        guard EVP_DigestSign(context, &signature, &count, message, message.count) == 1, count == signature.count else { throw failure }
        return signature
    }

    /// The 32 secret bytes of an Ed25519 key.
    func rawSecret() throws -> [UInt8] {
        defer { ERR_clear_error() }
        var secret = [UInt8](repeating: 0, count: 32)
        var count = secret.count
        guard EVP_PKEY_get_raw_private_key(raw, &secret, &count) == 1, count == 32 else { throw KeyFailure(reason: "not a private key") }
        return secret
    }
}
