extension String {
    /// Whether every character belongs to PrintableString (X.680 §41.4).
    package var isPrintableString: Bool {
        utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: " '()+,-./:=?".utf8.contains(byte)
            }
        }
    }

    /// The escapes of RFC 4514 §2.4; control characters, bidirectional overrides and line separators as hexadecimal pairs.
    var escapedForName: String {
        // Nearly every name: letters, digits, dots, hyphens, and spaces between them.
        let space = UInt8(ascii: " ")
        var text = self
        let isPlain = text.withUTF8 { octets in
            octets.first != space && octets.last != space && octets.allSatisfy { Self.needsNoEscape($0) || $0 == space }
        }
        if isPlain { return self }
        var escaped = ""
        let last = unicodeScalars.count - 1
        for (position, scalar) in unicodeScalars.enumerated() {
            switch scalar {
            case ",", "+", "\"", "\\", "<", ">", ";": escaped += "\\" + String(scalar)
            case "#" where position == 0: escaped += "\\#"
            case " " where position == 0 || position == last: escaped += "\\ "
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .lineSeparator, .paragraphSeparator:
                    escaped += UTF8.encode(scalar)?.map { "\\" + [$0].hex }.joined() ?? ""
                default: escaped.unicodeScalars.append(scalar)
                }
            }
        }
        return escaped
    }

    private static func needsNoEscape(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
            UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "@"), UInt8(ascii: "*"):
            true
        default: false
        }
    }

    /// Whether these bytes are printable ASCII without spaces, at least one.
    static func isVisibleASCII(_ bytes: ArraySlice<UInt8>) -> Bool {
        !bytes.isEmpty && bytes.allSatisfy { (0x21...0x7E).contains($0) }
    }
}
