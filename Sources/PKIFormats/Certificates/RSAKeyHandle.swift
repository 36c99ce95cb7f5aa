import COpenSSL

/// An OpenSSL public key made from the two numbers, which takes a twentieth of the time of OpenSSL's own decoder: for PSS and OAEP, which
/// are rare. The forms of every day are `RSAPrimitive`'s.
struct RSAKeyHandle: ~Copyable {
    private let raw: OpaquePointer

    /// Nil for a key that is not usable (``RSAPublicKey/isUsable``).
    init?(_ key: RSAPublicKey) {
        guard key.isUsable, let builder = OSSL_PARAM_BLD_new() else { return nil }
        defer { OSSL_PARAM_BLD_free(builder) }
        let modulus = key.modulus.withUnsafeBufferPointer { BN_bin2bn($0.baseAddress, Int32($0.count), nil) }
        let exponent = key.exponent.withUnsafeBufferPointer { BN_bin2bn($0.baseAddress, Int32($0.count), nil) }
        defer {
            BN_free(modulus)
            BN_free(exponent)
            ERR_clear_error()
        }
        // The builder and the finished parameters keep the pointers to their names, so these outlive both.
        let made: OpaquePointer? = OSSL_PKEY_PARAM_RSA_N.withCString { modulusName in
            OSSL_PKEY_PARAM_RSA_E.withCString { exponentName in
                guard let modulus, let exponent, OSSL_PARAM_BLD_push_BN(builder, modulusName, modulus) == 1,
                    OSSL_PARAM_BLD_push_BN(builder, exponentName, exponent) == 1, let parameters = OSSL_PARAM_BLD_to_param(builder)
                else { return nil }
                defer { OSSL_PARAM_free(parameters) }
                guard let context = EVP_PKEY_CTX_new_from_name(nil, "RSA", nil) else { return nil }
                defer { EVP_PKEY_CTX_free(context) }
                var made: OpaquePointer?
                guard EVP_PKEY_fromdata_init(context) == 1,
                    EVP_PKEY_fromdata(context, &made, Self.publicKeySelection, parameters) == 1
                else { return nil }
                return made
            }
        }
        guard let made else { return nil }
        raw = made
    }

    deinit {
        EVP_PKEY_free(raw)
    }

    /// `EVP_PKEY_PUBLIC_KEY`, which is a macro too rich for the importer.
    private static let publicKeySelection: Int32 = 0x86

    /// RSASSA-PSS with MGF1 over the same digest and a salt of the digest's length.
    func isValidPSS(_ signature: [UInt8], over message: [UInt8], hash: HashAlgorithm) -> Bool {
        defer { ERR_clear_error() }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        var keyContext: OpaquePointer?
        guard EVP_DigestVerifyInit(context, &keyContext, hash.evp, nil, raw) == 1,
            EVP_PKEY_CTX_set_rsa_padding(keyContext, RSA_PKCS1_PSS_PADDING) == 1,
            EVP_PKEY_CTX_set_rsa_pss_saltlen(keyContext, Int32(hash.byteCount)) == 1
        else { return false }
        return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }

    /// RSAES-OAEP, MGF1 with the same digest; nil when the secret does not fit the key.
    func encryptOAEP(_ secret: [UInt8], hash: HashAlgorithm) -> [UInt8]? {
        defer { ERR_clear_error() }
        guard let context = EVP_PKEY_CTX_new(raw, nil) else { return nil }
        defer { EVP_PKEY_CTX_free(context) }
        var count = 0
        guard EVP_PKEY_encrypt_init(context) == 1, EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_OAEP_PADDING) == 1,
            EVP_PKEY_CTX_set_rsa_oaep_md(context, hash.evp) == 1, EVP_PKEY_CTX_set_rsa_mgf1_md(context, hash.evp) == 1,
            EVP_PKEY_encrypt(context, nil, &count, secret, secret.count) == 1
        else { return nil }
        var encrypted = [UInt8](repeating: 0, count: count)
        guard EVP_PKEY_encrypt(context, &encrypted, &count, secret, secret.count) == 1, count <= encrypted.count else { return nil }
        return Array(encrypted.prefix(count))
    }
}
