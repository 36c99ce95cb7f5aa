/// ContentInfo (RFC 5652 §3), the outermost layer of every CMS message.
enum CMSContentInfo {
    /// The longest message that is read at all.
    static let limit = 1 << 20

    /// What is inside, which must be of this type.
    static func content(_ ber: [UInt8], type: OID, _ structure: String) throws(FormatError) -> TLV {
        guard ber.count <= limit else { throw FormatError(structure, "too long") }
        var reader = try TLV(ber, structure, rules: .ber).sequence(structure)
        guard try reader.oid("content type") == type else { throw FormatError(structure, "another type of message") }
        let content = try reader.take(.context(0), "content").inner(structure)
        try reader.finish()
        return content
    }

    static func encode(_ type: OID, _ content: [UInt8]) -> [UInt8] { DERBytes.sequence(type.der, DERBytes.explicit(0, content)) }
}
