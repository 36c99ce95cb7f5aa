/// Walks DER elements one level deep, so that a list of many thousand entries need not become a tree first.
struct ShallowDER {
    private var rest: ArraySlice<UInt8>
    private let structure: String

    struct Element {
        let tag: UInt8
        let contents: ArraySlice<UInt8>
        let raw: ArraySlice<UInt8>
    }

    init(_ contents: ArraySlice<UInt8>, _ structure: String) {
        rest = contents
        self.structure = structure
    }

    /// The tag of the next element, which stays where it is.
    var nextTag: UInt8? { rest.first }

    mutating func next() throws(FormatError) -> Element? {
        guard let tag = rest.first else { return nil }
        let start = rest.startIndex
        var tail = rest.dropFirst()
        guard tag & 0x1F != 0x1F, let first = tail.popFirst() else { throw FormatError(structure, "not DER") }
        var length = Int(first)
        if first >= 0x80 {
            let count = Int(first & 0x7F)
            guard (1...4).contains(count), tail.count >= count, tail.first != 0 else { throw FormatError(structure, "not DER") }
            length = tail.prefix(count).reduce(0) { $0 << 8 | Int($1) }
            tail = tail.dropFirst(count)
            guard length >= 0x80 else { throw FormatError(structure, "not DER") }
        }
        guard tail.count >= length else { throw FormatError(structure, "cut off") }
        let contents = tail.prefix(length)
        let raw = rest.prefix(contents.endIndex - start)
        rest = tail.dropFirst(length)
        return Element(tag: tag, contents: contents, raw: raw)
    }

    mutating func take(_ tag: UInt8, _ what: String) throws(FormatError) -> Element {
        guard let element = try next(), element.tag == tag else { throw FormatError(structure, "\(what) is missing") }
        return element
    }

    func finish() throws(FormatError) {
        guard rest.isEmpty else { throw FormatError(structure, "unexpected element at the end") }
    }
}
