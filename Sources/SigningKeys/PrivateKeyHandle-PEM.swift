import COpenSSL
import PKIFormats

extension PrivateKeyHandle {
    /// Reads the first private key of the text. With a nil passphrase an encrypted one is an error; nothing is ever asked at a terminal.
    static func read(pem: String, passphrase: String?) throws -> PrivateKeyHandle {
        defer { ERR_clear_error() }
        let text = Array(pem.utf8)
        let secret = Passphrase(passphrase)
        // The BIO reads the text in place: it must not outlive the pointer.
        let key = text.withUnsafeBytes { text in
            withExtendedLifetime(secret) { () -> OpaquePointer? in
                guard text.count <= 65_536, let input = BIO_new_mem_buf(text.baseAddress, Int32(text.count)) else { return nil }
                defer { BIO_free_all(input) }
                return PEM_read_bio_PrivateKey(input, nil, Passphrase.callback, Unmanaged.passUnretained(secret).toOpaque())
            }
        }
        return try PrivateKeyHandle(
            adopting: key, passphrase == nil ? "not a private key in PEM" : "not a private key in PEM, or a wrong passphrase")
    }

    /// PKCS #8. With a passphrase: PBES2 of PBKDF2 (HMAC-SHA-256, 100 000 rounds) and AES-256-CBC.
    func pem(passphrase: String?) throws -> String {
        defer { ERR_clear_error() }
        guard let output = BIO_new(BIO_s_secmem()) else { throw KeyFailure(reason: "cannot write the private key") }
        defer { BIO_free_all(output) }
        let written: Int32
        if let passphrase {
            let secret = passphrase.utf8.map { CChar(bitPattern: $0) }
            guard (4...1000).contains(secret.count) else { throw KeyFailure(reason: "a passphrase must have 4 to 1000 bytes") }
            guard let info = EVP_PKEY2PKCS8(raw) else { throw KeyFailure(reason: "cannot write the private key") }
            defer { PKCS8_PRIV_KEY_INFO_free(info) }
            let encrypted = PKCS5_pbe2_set_iv(EVP_aes_256_cbc(), 100_000, nil, 0, nil, NID_hmacWithSHA256)
            guard let encrypted else { throw KeyFailure(reason: "cannot write the private key") }
            guard let sealed = PKCS8_set0_pbe(secret, Int32(secret.count), info, encrypted) else {
                X509_ALGOR_free(encrypted)
                throw KeyFailure(reason: "cannot encrypt the private key")
            }
            defer { X509_SIG_free(sealed) }
            written = PEM_write_bio_PKCS8(output, sealed)
        } else {
            written = PEM_write_bio_PKCS8PrivateKey(output, raw, nil, nil, 0, nil, nil)
        }
        var start: UnsafeMutablePointer<CChar>?
        let count = BIO_ctrl(output, BIO_CTRL_INFO, 0, &start)
        guard written == 1, count > 0, let start else { throw KeyFailure(reason: "cannot write the private key") }
        return String(decoding: UnsafeRawBufferPointer(start: start, count: count), as: UTF8.self)
    }
}
