/// Writes XML 1.0 in UTF-8 without a declaration. Names are ours; every value is escaped, so no value can become markup.
package struct XMLWriter: Sendable {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func element(
        _ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], _ content: (inout XMLWriter) -> Void
    ) {
        open(name, attributes)
        bytes.append(UInt8(ascii: ">"))
        content(&self)
        raw("</")
        raw(name)
        bytes.append(UInt8(ascii: ">"))
    }

    package mutating func element(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:], text: String) {
        element(name, attributes) { $0.append(text, inAttribute: false) }
    }

    /// An empty element that says `xsi:nil`; the prefix is declared by whoever opened the message.
    package mutating func nilElement(_ name: StaticString) {
        open(name, ["xsi:nil": "true"])
        raw("/>")
    }

    package mutating func emptyElement(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String> = [:]) {
        open(name, attributes)
        raw("/>")
    }

    private mutating func open(_ name: StaticString, _ attributes: KeyValuePairs<StaticString, String>) {
        bytes.append(UInt8(ascii: "<"))
        raw(name)
        for (key, value) in attributes {
            bytes.append(UInt8(ascii: " "))
            raw(key)
            raw("=\"")
            append(value, inAttribute: true)
            bytes.append(UInt8(ascii: "\""))
        }
    }

    private mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes.append(contentsOf: $0) }
    }

    private mutating func append(_ text: String, inAttribute: Bool) {
        // Nearly every value stands as it is.
        var text = text
        let isPlain = text.withUTF8 { units in
            guard units.allSatisfy(Self.isPlain) else { return false }
            bytes.append(contentsOf: units)
            return true
        }
        if !isPlain { escape(text, inAttribute: inAttribute) }
    }

    /// Printable ASCII that is no markup.
    private static func isPlain(_ unit: UInt8) -> Bool {
        (0x20...0x7E).contains(unit) && unit != UInt8(ascii: "&") && unit != UInt8(ascii: "<") && unit != UInt8(ascii: ">")
            && unit != UInt8(ascii: "\"")
    }

    private mutating func escape(_ text: String, inAttribute: Bool) {
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": raw("&amp;")
            case "<": raw("&lt;")
            case ">": raw("&gt;")
            case "\"" where inAttribute: raw("&quot;")
            case "\r": raw("&#xD;")
            case "\n" where inAttribute: raw("&#xA;")
            case "\t" where inAttribute: raw("&#x9;")
            case "\n", "\t": bytes.append(UInt8(truncatingIfNeeded: scalar.value))
            case "\u{0}"..<" ", "\u{FFFE}", "\u{FFFF}": bytes.append(contentsOf: [0xEF, 0xBF, 0xBD])  // no XML 1.0 character
            default: bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
    }
}
