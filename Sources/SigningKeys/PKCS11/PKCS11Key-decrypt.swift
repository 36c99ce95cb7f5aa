import Crypto
import PKIFormats

extension PKCS11Key: DecryptingKey {
    package func decrypt(enveloped: [UInt8], recipient: Certificate) async throws -> [UInt8] {
        let failure = KeyFailure(reason: "the message cannot be decrypted")
        guard publicKey.kind.isRSA, let message = try? CMSEnvelopedData(ber: enveloped),
            let envelope = message.recipients.first(where: { $0.names(recipient) }), let keySize = message.contentCipher.keySize
        else { throw failure }
        // Made before anything is known of the key block, so that both ways take the same time.
        let random = SymmetricKey(size: .init(bitCount: keySize * 8)).withUnsafeBytes { Array($0) }
        let (buffer, count) = try await sessions.perform { try $0.decrypt(envelope.encryptedKey, transport: envelope.keyTransport) }
        let key = Self.select(buffer, isRight: count == keySize, else: random)
        guard let content = message.open(contentKey: key) else { throw failure }
        return content
    }

    /// The first bytes of the buffer, or the others, without a branch on which: a broken key block must end in the same later failure as
    /// a broken content (RFC 3218, RFC 5246 §7.4.7.1).
    private static func select(_ buffer: [UInt8], isRight: Bool, else random: [UInt8]) -> [UInt8] {
        let mask: UInt8 = 0 &- (isRight ? 1 : 0)
        return zip(buffer, random).map { $0 & mask | $1 & ~mask }
    }
}
