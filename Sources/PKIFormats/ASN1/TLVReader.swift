/// Walks the elements of one constructed element in order.
package struct TLVReader: Sendable {
    /// The name of what is read, for errors.
    package let structure: String
    private let bytes: [UInt8]
    private let rules: TLV.Rules
    private var position: Int
    private let end: Int

    init(_ bytes: [UInt8], _ contents: Range<Int>, _ rules: TLV.Rules, _ structure: String) {
        self.bytes = bytes
        self.rules = rules
        self.structure = structure
        position = contents.lowerBound
        end = contents.upperBound
    }

    package mutating func next() -> TLV? {
        guard let element = TLV(bytes, at: position, before: end, rules) else { return nil }
        position = element.end
        return element
    }

    /// The tag of the next element, which stays where it is.
    package var nextTag: Tag? { TLVHeader(bytes.span, at: position, before: end, rules)?.tag }

    /// The next element, whatever it is.
    package mutating func any(_ what: String) throws(FormatError) -> TLV {
        guard let element = next() else { throw FormatError(structure, "\(what) is missing") }
        return element
    }

    /// The next element, which must carry `tag`.
    package mutating func take(_ tag: Tag, _ what: String) throws(FormatError) -> TLV {
        guard let element = next() else { throw FormatError(structure, "\(what) is missing") }
        guard element.tag == tag else { throw FormatError(structure, "\(what) has the wrong type") }
        return element
    }

    /// The next element when it carries `tag`.
    package mutating func takeIf(_ tag: Tag) -> TLV? {
        nextTag == tag ? next() : nil
    }

    package mutating func oid(_ what: String) throws(FormatError) -> OID {
        try take(.objectIdentifier, what).oid(structure)
    }

    package mutating func sequence(_ what: String) throws(FormatError) -> TLVReader {
        try take(.sequence, what).reader(structure)
    }

    /// Nothing may follow.
    package func finish() throws(FormatError) {
        guard position == end else { throw FormatError(structure, "unexpected element at the end") }
    }
}
