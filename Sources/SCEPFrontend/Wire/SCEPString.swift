import PKIFormats

/// A string attribute with the very tag and bytes it arrived with, so that a reply can echo it exactly (strongSwan compares bytes).
package struct SCEPString: Sendable, Hashable {
    /// The universal ASN.1 tag: PrintableString, UTF8String, IA5String or TeletexString.
    package let tag: UInt8
    /// 1 to 255 bytes, of any value: clients put base64, hex, decimals and plain English here.
    package let bytes: [UInt8]

    /// A PrintableString, as replies carry it. The text must have 1 to 255 bytes.
    package init(printable text: String) {
        tag = 0x13
        bytes = Array(text.utf8.prefix(255))
    }

    /// Reads one primitive string.
    package init(der: [UInt8]) throws(FormatError) {
        let value = try TLV(der, "SCEP attribute", rules: .ber)
        guard let tag = der.first, [0x0C, 0x13, 0x14, 0x16].contains(tag), let contents = value.primitive else {
            throw FormatError("SCEP attribute", "not a string")
        }
        guard (1...255).contains(contents.count) else { throw FormatError("SCEP attribute", "a string of \(contents.count) bytes") }
        self.tag = tag
        bytes = Array(contents)
    }

    package var der: [UInt8] { DERBytes.element(tag, bytes) }

    /// The bytes as text, with replacement characters where they are not UTF-8. For display and for numbers only.
    package var text: String { String(decoding: bytes, as: UTF8.self) }
}
