/// EnvelopedData in its ContentInfo (RFC 5652 §6), from BER. Opening it is the business of the private key.
package struct CMSEnvelopedData: Sendable {
    /// The message as it came.
    package let ber: [UInt8]
    /// Those recipients that are addressed by key transport.
    package let recipients: [CMSRecipient]
    package let contentCipher: ContentCipher
    package let contentType: OID
    /// Nil where the cipher's parameters are none.
    let initializationVector: [UInt8]?
    let ciphertext: [UInt8]

    /// Bounds: 1 MiB, 4 recipients.
    package init(ber: [UInt8]) throws(FormatError) {
        let structure = "EnvelopedData"
        var reader = try CMSContentInfo.content(ber, type: OIDs.envelopedData, structure).sequence(structure)
        _ = try reader.take(.integer, "version").smallInteger(structure)
        _ = reader.takeIf(.context(0))
        var recipients: [CMSRecipient] = []
        for item in try reader.take(.set, "recipients").elements(structure, limit: 4) where item.tag == .sequence {
            recipients.append(try CMSRecipient(item))
        }
        var encrypted = try reader.sequence("encrypted content")
        contentType = try encrypted.oid("content type")
        var cipher = try encrypted.sequence("content cipher")
        contentCipher = ContentCipher(oid: try cipher.oid("content cipher"))
        initializationVector = try? cipher.takeIf(.octetString)?.octets(structure)
        ciphertext = try encrypted.take(.context(0), "ciphertext").octets(structure, tag: .context(0))
        try encrypted.finish()
        _ = reader.takeIf(.context(1))
        try reader.finish()
        self.ber = ber
        self.recipients = recipients
    }

    /// Encrypts to the one certificate, which must be RSA: strict DER, issuer and serial number as identifier.
    package static func encrypt(
        _ content: [UInt8], to recipient: Certificate, cipher: ContentCipher = .aes128CBC, keyTransport: KeyTransport = .rsaPKCS1
    ) throws(FormatError) -> [UInt8] {
        try encrypt(content, to: recipient, VerificationKey(recipient.publicKey), cipher: cipher, keyTransport: keyTransport)
    }

    /// The same with the certificate's key, ready for use.
    package static func encrypt(
        _ content: [UInt8], to recipient: Certificate, _ key: VerificationKey, cipher: ContentCipher, keyTransport: KeyTransport
    ) throws(FormatError) -> [UInt8] {
        guard key.publicKey == recipient.publicKey else { throw FormatError("EnvelopedData", "not the recipient's key") }
        let sealed = try ContentEncryption(content, cipher)
        let recipientInfo = DERBytes.sequence(
            DERBytes.integer(0), CMSIdentifier(of: recipient).der, keyTransport.algorithmIdentifier,
            DERBytes.octetString(try key.encrypt(sealed.key, keyTransport)))
        let encryptedContent = DERBytes.sequence(
            OIDs.data.der, DERBytes.sequence(cipher.oid.der, DERBytes.octetString(sealed.initializationVector)),
            DERBytes.implicit(0, sealed.ciphertext))
        return CMSContentInfo.encode(
            OIDs.envelopedData, DERBytes.sequence(DERBytes.integer(0), DERBytes.set(of: [recipientInfo]), encryptedContent))
    }
}
