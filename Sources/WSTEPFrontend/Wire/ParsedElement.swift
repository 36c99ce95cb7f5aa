import PKIFormats

/// One element of a received message, copied out of the parser: no pointer into libxml2 survives parsing.
/// Look-ups go to direct children by exact name and refuse duplicates, which leaves nothing to wrap a signature or a token in.
package struct ParsedElement: Sendable {
    package let name: XMLName
    package let attributes: [XMLName: String]
    package let children: [ParsedElement]
    /// Text and CDATA directly inside, joined; comments and processing instructions are dropped.
    package let text: String

    package init(name: XMLName, attributes: [XMLName: String] = [:], children: [ParsedElement] = [], text: String = "") {
        self.name = name
        self.attributes = attributes
        self.children = children
        self.text = text
    }

    package func children(_ name: XMLName) -> [ParsedElement] {
        children.filter { $0.name == name }
    }

    /// The one direct child of that name, or nil. Throws when there are two.
    package func child(_ name: XMLName) throws(FormatError) -> ParsedElement? {
        let found = children(name)
        guard found.count <= 1 else { throw FormatError(self.name.local, "more than one \(name.local) element") }
        return found.first
    }

    package func requiredChild(_ name: XMLName) throws(FormatError) -> ParsedElement {
        guard let found = try child(name) else { throw FormatError(self.name.local, "the \(name.local) element is missing") }
        return found
    }

    /// The text of an element that may hold nothing but text, as it stands.
    package func simpleText() throws(FormatError) -> String {
        guard children.isEmpty else { throw FormatError(name.local, "text expected, elements found") }
        return text
    }

    /// The same without white space around it: printed examples break lines inside URIs, and some stacks copy that.
    package func trimmedText() throws(FormatError) -> String {
        try simpleText().trimmingXMLSpace
    }

    /// Whether the element says `xsi:nil`. Throws for a nil element with content and for a value that is no boolean.
    package func isNil() throws(FormatError) -> Bool {
        guard let value = attributes[XMLName(Namespace.instance, "nil")] else { return false }
        switch value.trimmingXMLSpace {
        case "true", "1":
            guard children.isEmpty, text.trimmingXMLSpace.isEmpty else { throw FormatError(name.local, "nil, yet with content") }
            return true
        case "false", "0":
            return false
        default:
            throw FormatError(name.local, "nil is no boolean")
        }
    }
}

extension String {
    /// Without the four white-space characters of XML 1.0 at either end.
    package var trimmingXMLSpace: String {
        func isSpace(_ unit: UInt8) -> Bool { unit == 0x20 || unit == 0x09 || unit == 0x0A || unit == 0x0D }
        let units = utf8.drop(while: isSpace)
        guard let last = units.lastIndex(where: { !isSpace($0) }) else { return "" }
        return String(decoding: units[...last], as: UTF8.self)
    }
}
