import COpenSSL
import PKIFormats

extension SoftwareKey: DecryptingKey {
    package func decrypt(enveloped: [UInt8], recipient: Certificate) async throws -> [UInt8] {
        guard let handle, publicKey.kind.isRSA, enveloped.count <= 1 << 20 else { throw Self.cannotDecrypt }
        return try await WorkPool.shared.run {
            guard let content = handle.open(enveloped, recipient.der) else { throw Self.cannotDecrypt }
            return content
        }
    }

    private static let cannotDecrypt = KeyFailure(reason: "the message cannot be decrypted")
}

extension PrivateKeyHandle {
    /// `CMS_decrypt`, which hides whether the key block or the padding of the content was wrong.
    fileprivate func open(_ enveloped: [UInt8], _ recipient: [UInt8]) -> [UInt8]? {
        defer { ERR_clear_error() }
        let message = enveloped.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return d2i_CMS_ContentInfo(nil, &start, buffer.count)
        }
        guard let message else { return nil }
        defer { CMS_ContentInfo_free(message) }
        guard let certificate = self.recipient(recipient) else { return nil }
        guard let output = BIO_new(BIO_s_mem()) else { return nil }
        defer { BIO_free_all(output) }
        let isOpen = withExtendedLifetime(certificate) {
            CMS_decrypt(message, raw, certificate.raw, nil, output, UInt32(CMS_BINARY)) == 1
        }
        guard isOpen else { return nil }
        var start: UnsafeMutablePointer<CChar>?
        let count = BIO_ctrl(output, BIO_CTRL_INFO, 0, &start)
        guard count > 0, let start else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: count))
    }
}
