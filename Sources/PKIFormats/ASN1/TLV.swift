/// One element, read where it stands: it knows where its parts are in the bytes that all elements of a structure share.
/// Depth is bounded (50); size must be bounded by the caller.
package struct TLV: Sendable {
    /// Strict DER, or BER as clients send it.
    package enum Rules: Sendable { case der, ber }

    package let tag: Tag
    package let isConstructed: Bool
    private let bytes: [UInt8]
    private let contents: Range<Int>
    private let whole: Range<Int>
    private let rules: Rules

    /// Parses one element that fills `bytes` exactly, down to its last part.
    package init(_ bytes: [UInt8], _ structure: String, rules: Rules = .der) throws(FormatError) {
        guard TLVHeader.end(of: bytes.span, at: 0, before: bytes.count, rules) == bytes.count,
            let element = TLV(bytes, at: 0, before: bytes.count, rules)
        else { throw FormatError(structure, rules == .der ? "not DER" : "not BER") }
        self = element
    }

    /// The element at `start` of bytes that were parsed before.
    init?(_ bytes: [UInt8], at start: Int, before limit: Int, _ rules: Rules) {
        guard let header = TLVHeader(bytes.span, at: start, before: limit, rules) else { return nil }
        if let end = header.contentsEnd {
            contents = header.contentsStart..<end
            whole = start..<end
        } else {
            guard let end = TLVHeader.end(of: bytes.span, at: start, before: limit, rules) else { return nil }
            contents = header.contentsStart..<end - 2
            whole = start..<end
        }
        tag = header.tag
        isConstructed = header.isConstructed
        self.bytes = bytes
        self.rules = rules
    }

    /// Where the element ends.
    var end: Int { whole.upperBound }

    /// The bytes of the whole element as they came.
    package var raw: [UInt8] { whole.count == bytes.count ? bytes : Array(bytes[whole]) }

    /// How many these are.
    package var rawCount: Int { whole.count }

    /// The first of them.
    var identifierOctet: UInt8 { bytes[whole.lowerBound] }

    /// The contents octets of a primitive element.
    package var primitive: ArraySlice<UInt8>? { isConstructed ? nil : bytes[contents] }

    /// The elements inside a constructed element.
    package func reader(_ structure: String) throws(FormatError) -> TLVReader {
        guard isConstructed else { throw FormatError(structure, "a primitive element where a constructed one belongs") }
        return TLVReader(bytes, contents, rules, structure)
    }

    /// The elements inside a SEQUENCE.
    package func sequence(_ structure: String) throws(FormatError) -> TLVReader {
        guard tag == .sequence else { throw FormatError(structure, "SEQUENCE expected") }
        return try reader(structure)
    }

    /// The elements of a SET or SEQUENCE OF, at most `limit`.
    package func elements(_ structure: String, limit: Int) throws(FormatError) -> [TLV] {
        var reader = try reader(structure)
        var elements: [TLV] = []
        while let element = reader.next() {
            guard elements.count < limit else { throw FormatError(structure, "more than \(limit) elements") }
            elements.append(element)
        }
        return elements
    }

    /// The one element inside an explicit tag.
    package func inner(_ structure: String) throws(FormatError) -> TLV {
        var reader = try reader(structure)
        guard let element = reader.next() else { throw FormatError(structure, "an explicit tag around nothing") }
        try reader.finish()
        return element
    }
}
