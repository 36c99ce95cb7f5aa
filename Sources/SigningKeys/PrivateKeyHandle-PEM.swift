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

    /// Reads an unencrypted PKCS #8 structure.
    convenience init(pkcs8: [UInt8]) throws {
        defer { ERR_clear_error() }
        let key = try PKCS8.withParsed(pkcs8) { EVP_PKCS82PKEY($0) }
        try self.init(adopting: key, "not a private key")
    }

    /// The unencrypted PKCS #8 structure.
    func pkcs8() throws -> [UInt8] {
        defer { ERR_clear_error() }
        guard let info = EVP_PKEY2PKCS8(raw) else { throw KeyFailure(reason: "cannot write the private key") }
        defer { PKCS8_PRIV_KEY_INFO_free(info) }
        return try PKCS8.encode(info, i2d_PKCS8_PRIV_KEY_INFO)
    }
}
