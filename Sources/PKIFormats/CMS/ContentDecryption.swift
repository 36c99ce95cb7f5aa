import COpenSSL

extension ContentCipher {
    /// Bytes of a key; nil for the ciphers that are not opened here.
    package var keySize: Int? {
        switch self {
        case .aes128CBC: 16
        case .aes192CBC, .desEDE3CBC: 24
        case .aes256CBC: 32
        case .desCBC, .other: nil
        }
    }

    fileprivate var evp: OpaquePointer? {
        switch self {
        case .aes128CBC: EVP_aes_128_cbc()
        case .aes192CBC: EVP_aes_192_cbc()
        case .aes256CBC: EVP_aes_256_cbc()
        case .desEDE3CBC: EVP_des_ede3_cbc()
        case .desCBC, .other: nil
        }
    }
}

extension CMSEnvelopedData {
    /// The content under a key that a token gave. Nil for whatever is wrong, a wrong key included; a wrong key may also give bytes without
    /// meaning.
    package func open(contentKey: [UInt8]) -> [UInt8]? {
        defer { ERR_clear_error() }
        guard let algorithm = contentCipher.evp, contentKey.count == contentCipher.keySize, let initializationVector,
            initializationVector.count == Int(EVP_CIPHER_get_iv_length(algorithm)), ciphertext.count <= CMSContentInfo.limit,
            let context = EVP_CIPHER_CTX_new()
        else { return nil }
        defer { EVP_CIPHER_CTX_free(context) }
        var output = [UInt8](repeating: 0, count: ciphertext.count + 32)
        var (first, last): (Int32, Int32) = (0, 0)
        let isOpen = output.withUnsafeMutableBufferPointer { buffer in
            EVP_DecryptInit_ex(context, algorithm, nil, contentKey, initializationVector) == 1
                && EVP_DecryptUpdate(context, buffer.baseAddress, &first, ciphertext, Int32(ciphertext.count)) == 1
                && EVP_DecryptFinal_ex(context, buffer.baseAddress?.advanced(by: Int(first)), &last) == 1
        }
        return isOpen ? Array(output.prefix(Int(first) + Int(last))) : nil
    }
}
