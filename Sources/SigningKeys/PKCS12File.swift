import COpenSSL
import PKIFormats

/// A key with its certificates in one file (PKCS #12, RFC 7292) for programs that take nothing else: AES-256-CBC under PBKDF2, SHA-256 MAC.
package enum PKCS12File {
    /// - Parameters:
    ///   - issuers: those above the certificate, in order.
    ///   - passphrase: 4 to 100 bytes of ASCII, as every reader takes it.
    package static func make(
        _ key: SoftwareKey, certificate: Certificate, issuers: [Certificate], name: String, passphrase: String
    ) throws -> [UInt8] {
        defer { ERR_clear_error() }
        guard (4...100).contains(passphrase.utf8.count), passphrase.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
            throw KeyFailure(reason: "the passphrase of a PKCS #12 file has 4 to 100 ASCII characters")
        }
        guard let handle = key.handle else { throw KeyFailure(reason: "this kind of key does not go into a PKCS #12 file") }
        let leaf = try decode(certificate)
        defer { X509_free(leaf) }
        guard let stack = OPENSSL_sk_new_null() else { throw failure }
        var decoded: [OpaquePointer] = []
        defer {
            OPENSSL_sk_free(stack)
            decoded.forEach { X509_free($0) }
        }
        for issuer in issuers {
            let pointer = try decode(issuer)
            decoded.append(pointer)
            guard OPENSSL_sk_push(stack, UnsafeRawPointer(pointer)) > 0 else { throw failure }
        }
        guard
            let file = PKCS12_create(
                passphrase, name, handle.raw, leaf, stack, NID_aes_256_cbc, NID_aes_256_cbc, 100_000, -1, 0)
        else { throw failure }
        defer { PKCS12_free(file) }
        guard PKCS12_set_mac(file, passphrase, -1, nil, 0, 100_000, EVP_sha256()) == 1 else { throw failure }
        var output: UnsafeMutablePointer<UInt8>?
        let count = i2d_PKCS12(file, &output)
        guard count > 0, let output else { throw failure }
        defer { CRYPTO_free(output, nil, 0) }
        return Array(UnsafeBufferPointer(start: output, count: Int(count)))
    }

    private static func decode(_ certificate: Certificate) throws -> OpaquePointer {
        let decoded = certificate.der.withUnsafeBufferPointer { bytes -> OpaquePointer? in
            var start = bytes.baseAddress
            return d2i_X509(nil, &start, bytes.count)
        }
        guard let decoded else { throw failure }
        return decoded
    }

    private static var failure: KeyFailure { KeyFailure(reason: "the PKCS #12 file cannot be made") }
}
