import COpenSSL

/// RSA as the server does it: OpenSSL's EVP, PKCS #1 v1.5, SHA-256.
final class RSAKey {
    private let key: OpaquePointer

    init(bits: Int32) throws {
        guard let context = EVP_PKEY_CTX_new_from_name(nil, "RSA", nil) else { throw FloorFailure("RSA key") }
        defer { EVP_PKEY_CTX_free(context) }
        var made: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_CTX_set_rsa_keygen_bits(context, bits) == 1,
            EVP_PKEY_generate(context, &made) == 1, let made
        else { throw FloorFailure("RSA key") }
        key = made
    }

    deinit { EVP_PKEY_free(key) }

    func sign(_ message: [UInt8]) throws -> [UInt8] {
        guard let context = EVP_MD_CTX_new() else { throw FloorFailure("RSA signature") }
        defer { EVP_MD_CTX_free(context) }
        var count = 512
        var signature = [UInt8](repeating: 0, count: count)
        try FloorFailure.check(EVP_DigestSignInit(context, nil, EVP_sha256(), nil, key) == 1, "RSA signature")
        try FloorFailure.check(EVP_DigestSign(context, &signature, &count, message, message.count) == 1, "RSA signature")
        return Array(signature.prefix(count))
    }

    func verify(_ signature: [UInt8], _ message: [UInt8]) throws {
        guard let context = EVP_MD_CTX_new() else { throw FloorFailure("RSA verification") }
        defer { EVP_MD_CTX_free(context) }
        try FloorFailure.check(EVP_DigestVerifyInit(context, nil, EVP_sha256(), nil, key) == 1, "RSA verification")
        try FloorFailure.check(
            EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1, "RSA verification")
    }

    func encrypt(_ secret: [UInt8]) throws -> [UInt8] { try transform(secret, "encryption", EVP_PKEY_encrypt_init, EVP_PKEY_encrypt) }

    func decrypt(_ ciphertext: [UInt8]) throws -> [UInt8] {
        try transform(ciphertext, "decryption", EVP_PKEY_decrypt_init, EVP_PKEY_decrypt)
    }

    private func transform(
        _ input: [UInt8], _ name: String, _ begin: (OpaquePointer?) -> Int32,
        _ perform: (OpaquePointer?, UnsafeMutablePointer<UInt8>?, UnsafeMutablePointer<Int>?, UnsafePointer<UInt8>?, Int) -> Int32
    ) throws -> [UInt8] {
        guard let context = EVP_PKEY_CTX_new_from_pkey(nil, key, nil) else { throw FloorFailure("RSA \(name)") }
        defer { EVP_PKEY_CTX_free(context) }
        var count = 512
        var output = [UInt8](repeating: 0, count: count)
        try FloorFailure.check(begin(context) == 1, "RSA \(name)")
        try FloorFailure.check(perform(context, &output, &count, input, input.count) == 1, "RSA \(name)")
        return Array(output.prefix(count))
    }
}

extension RSAKey {
    static func operations(_ name: String, bits: Int32) throws -> [RawOperation] {
        let key = try RSAKey(bits: bits)
        let signature = try key.sign(Sample.message)
        let secret = Array(Sample.message.prefix(16))
        let ciphertext = try key.encrypt(secret)
        return [
            RawOperation("\(name).sign") { _ = try key.sign(Sample.message) },
            RawOperation("\(name).verify") { try key.verify(signature, Sample.message) },
            RawOperation("\(name).encrypt") { _ = try key.encrypt(secret) },
            RawOperation("\(name).decrypt") { _ = try key.decrypt(ciphertext) },
        ]
    }
}
