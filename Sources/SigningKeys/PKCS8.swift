import COpenSSL
import PKIFormats

/// PKCS #8 files of any algorithm, also of those that OpenSSL does not know: what is inside is not looked at here.
enum PKCS8 {
    private static let encryptedLabel = "ENCRYPTED PRIVATE KEY"
    private static let plainLabel = "PRIVATE KEY"

    /// The structure in the text's first private key; nil when that is in one of the older forms, which name their algorithm.
    /// With a nil passphrase an encrypted one is an error.
    static func read(pem: String, passphrase: String?) throws -> [UInt8]? {
        if let sealed = try PEM.decode(pem, label: encryptedLabel).first {
            guard let passphrase else { throw KeyFailure(reason: "the private key is encrypted") }
            return try open(sealed, passphrase)
        }
        return try PEM.decode(pem, label: plainLabel).first
    }

    /// PBES2 of PBKDF2 (HMAC-SHA-256, 100 000 rounds) and AES-256-CBC; in the clear without a passphrase, which has 4 to 1000 bytes.
    static func pem(_ der: [UInt8], passphrase: String?) throws -> String {
        guard let passphrase else { return PEM.encode(label: plainLabel, der) }
        defer { ERR_clear_error() }
        let failure = KeyFailure(reason: "cannot encrypt the private key")
        let secret = passphrase.utf8.map { CChar(bitPattern: $0) }
        guard (4...1000).contains(secret.count) else { throw KeyFailure(reason: "a passphrase must have 4 to 1000 bytes") }
        let sealed = try withParsed(der) { info -> [UInt8]? in
            guard let scheme = PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), 100_000, nil, 0, nil, NID_hmacWithSHA256) else { return nil }
            guard let sealed = PKCS8_set0_pbe(secret, Int32(secret.count), info, scheme) else {
                X509_ALGOR_free(scheme)
                return nil
            }
            defer { X509_SIG_free(sealed) }
            return try? encode(sealed, i2d_X509_SIG)
        }
        guard let sealed else { throw failure }
        return PEM.encode(label: encryptedLabel, sealed)
    }

    private static func open(_ sealed: [UInt8], _ passphrase: String) throws -> [UInt8] {
        defer { ERR_clear_error() }
        let failure = KeyFailure(reason: "not a private key in PEM, or a wrong passphrase")
        let parsed = sealed.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return d2i_X509_SIG(nil, &start, buffer.count)
        }
        guard let parsed else { throw failure }
        defer { X509_SIG_free(parsed) }
        let secret = passphrase.utf8.map { CChar(bitPattern: $0) }
        guard let info = PKCS8_decrypt(parsed, secret, Int32(secret.count)) else { throw failure }
        defer { PKCS8_PRIV_KEY_INFO_free(info) }
        return try encode(info, i2d_PKCS8_PRIV_KEY_INFO)
    }

    static func withParsed<Result>(_ der: [UInt8], _ body: (OpaquePointer) throws -> Result) throws -> Result {
        let info = der.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return d2i_PKCS8_PRIV_KEY_INFO(nil, &start, buffer.count)
        }
        guard let info else { throw KeyFailure(reason: "not a PKCS #8 private key") }
        defer { PKCS8_PRIV_KEY_INFO_free(info) }
        return try body(info)
    }

    static func encode(
        _ value: OpaquePointer, _ write: (OpaquePointer?, UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>?) -> Int32
    ) throws -> [UInt8] {
        let count = write(value, nil)
        guard count > 0 else { throw KeyFailure(reason: "cannot write the private key") }
        return [UInt8](unsafeUninitializedCapacity: Int(count)) { buffer, written in
            var end = buffer.baseAddress
            written = max(Int(write(value, &end)), 0)
        }
    }
}
