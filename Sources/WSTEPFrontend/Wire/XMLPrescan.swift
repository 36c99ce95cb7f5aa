import PKIFormats

/// A look at the raw bytes before libxml2 gets them: its search for doubled attributes takes time with the square of their number, and it
/// would change to another encoding in the middle of a document.
enum XMLPrescan {
    /// - Throws: for anything but UTF-8 that begins with markup, and for a tag with more values than an element may have.
    static func check(_ bytes: [UInt8], limits: XMLLimits) throws(FormatError) {
        var rest = bytes[...]
        if rest.starts(with: [0xEF, 0xBB, 0xBF]) { rest = rest.dropFirst(3) }
        guard rest.first(where: { ![0x20, 0x09, 0x0A, 0x0D].contains($0) }) == UInt8(ascii: "<"), !bytes.contains(0) else {
            throw FormatError("XML", "not well-formed, or encoding is not UTF-8")
        }
        while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
            rest = rest[(start + 1)...]
            if rest.starts(with: "!--".utf8) {
                _ = skip("-->", &rest)
            } else if rest.starts(with: "![CDATA[".utf8) {
                _ = skip("]]>", &rest)
            } else if rest.starts(with: "?".utf8) {
                try checkEncoding(skip("?>", &rest))
            } else {
                try checkTag(&rest, limit: limits.attributesPerElement + limits.namespaces)
            }
        }
    }

    /// Goes on behind `marker`, or to the end. Returns what stood before it.
    private static func skip(_ marker: StaticString, _ rest: inout ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let marker = marker.withUTF8Buffer { Array($0) }
        var position = rest.startIndex
        while position < rest.endIndex, !rest[position...].starts(with: marker) { position += 1 }
        defer { rest = rest[position...].dropFirst(marker.count) }
        return rest[..<position]
    }

    /// Only the declaration names one; elsewhere the word is read as if it did.
    private static func checkEncoding(_ instruction: ArraySlice<UInt8>) throws(FormatError) {
        let text = String(decoding: instruction, as: UTF8.self).lowercased()
        guard text.hasPrefix("?xml"), let word = text.firstRange(of: "encoding") else { return }
        let value = text[word.upperBound...].drop { $0.isWhitespace || $0 == "=" }
        guard value.hasPrefix("\"utf-8\"") || value.hasPrefix("'utf-8'") else { throw FormatError("XML", "encoding is not UTF-8") }
    }

    private static func checkTag(_ rest: inout ArraySlice<UInt8>, limit: Int) throws(FormatError) {
        var values = 0
        var quote: UInt8?
        while let byte = rest.popFirst() {
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") {
                quote = byte
                values += 1
                guard values <= limit else { throw FormatError("XML", "more than \(limit) attributes") }
            } else if byte == UInt8(ascii: ">") {
                return
            }
        }
    }
}
