import COpenSSL

extension HashAlgorithm {
    /// OpenSSL's own object, which lives as long as the library.
    package var evp: OpaquePointer? {
        switch self {
        case .sha1: EVP_sha1()
        case .sha256: EVP_sha256()
        case .sha384: EVP_sha384()
        case .sha512: EVP_sha512()
        }
    }
}
