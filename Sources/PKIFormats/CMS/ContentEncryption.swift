import COpenSSL
import Crypto

/// Content encrypted under a fresh key.
struct ContentEncryption {
    let key: [UInt8]
    let initializationVector: [UInt8]
    let ciphertext: [UInt8]

    /// Throws for ciphers this program does not write: single DES and unknown ones.
    init(_ content: [UInt8], _ cipher: ContentCipher) throws(FormatError) {
        let (algorithm, keySize, blockSize): (OpaquePointer?, Int, Int)
        switch cipher {
        case .aes128CBC: (algorithm, keySize, blockSize) = (EVP_aes_128_cbc(), 16, 16)
        case .aes192CBC: (algorithm, keySize, blockSize) = (EVP_aes_192_cbc(), 24, 16)
        case .aes256CBC: (algorithm, keySize, blockSize) = (EVP_aes_256_cbc(), 32, 16)
        case .desEDE3CBC: (algorithm, keySize, blockSize) = (EVP_des_ede3_cbc(), 24, 8)
        case .desCBC, .other: throw FormatError("EnvelopedData", "this cipher is not written")
        }
        let key = SymmetricKey(size: .init(bitCount: keySize * 8)).withUnsafeBytes { Array($0) }
        let initializationVector = SymmetricKey(size: .init(bitCount: blockSize * 8)).withUnsafeBytes { Array($0) }
        defer { ERR_clear_error() }
        let failure = FormatError("EnvelopedData", "encryption failed")
        guard content.count <= CMSContentInfo.limit, let context = EVP_CIPHER_CTX_new() else { throw failure }
        defer { EVP_CIPHER_CTX_free(context) }
        var output = [UInt8](repeating: 0, count: content.count + blockSize)
        var (first, last): (Int32, Int32) = (0, 0)
        let isDone = output.withUnsafeMutableBufferPointer { buffer in
            EVP_EncryptInit_ex(context, algorithm, nil, key, initializationVector) == 1
                && EVP_EncryptUpdate(context, buffer.baseAddress, &first, content, Int32(content.count)) == 1
                && EVP_EncryptFinal_ex(context, buffer.baseAddress?.advanced(by: Int(first)), &last) == 1
        }
        guard isDone else { throw failure }
        self.key = key
        self.initializationVector = initializationVector
        ciphertext = Array(output.prefix(Int(first) + Int(last)))
    }
}
