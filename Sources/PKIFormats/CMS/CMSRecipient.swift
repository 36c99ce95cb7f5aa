/// KeyTransRecipientInfo (RFC 5652 §6.2.1).
package struct CMSRecipient: Sendable, CustomStringConvertible {
    package let identifier: CMSIdentifier
    package let keyTransport: KeyTransport
    package let encryptedKey: [UInt8]

    init(_ element: TLV) throws(FormatError) {
        let structure = "RecipientInfo"
        var reader = try element.sequence(structure)
        _ = try reader.take(.integer, "version").smallInteger(structure)
        identifier = try CMSIdentifier(reader.any("recipient identifier"), structure)
        keyTransport = try KeyTransport(reader.take(.sequence, "key transport"))
        encryptedKey = try reader.take(.octetString, "encrypted key").octets(structure)
        try reader.finish()
    }

    /// Whether the message is encrypted to that certificate.
    package func names(_ certificate: Certificate) -> Bool { identifier.names(certificate) }

    package var description: String { identifier.description }
}
