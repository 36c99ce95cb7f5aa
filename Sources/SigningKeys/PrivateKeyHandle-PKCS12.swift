import COpenSSL

extension PrivateKeyHandle {
    /// The private key of a PKCS #12 file; certificates in it are left alone.
    static func read(pkcs12: [UInt8], passphrase: String) throws -> PrivateKeyHandle {
        defer { ERR_clear_error() }
        let failure = "not a PKCS #12 file with a private key, or a wrong passphrase"
        guard pkcs12.count <= 1 << 20 else { throw KeyFailure(reason: failure) }
        let parsed = pkcs12.withUnsafeBufferPointer { buffer -> OpaquePointer? in
            var start = buffer.baseAddress
            return d2i_PKCS12(nil, &start, buffer.count)
        }
        guard let parsed else { throw KeyFailure(reason: failure) }
        defer { PKCS12_free(parsed) }
        var key: OpaquePointer?
        var certificate: OpaquePointer?
        guard PKCS12_parse(parsed, passphrase, &key, &certificate, nil) == 1 else { throw KeyFailure(reason: failure) }
        X509_free(certificate)
        return try PrivateKeyHandle(adopting: key, failure)
    }
}
