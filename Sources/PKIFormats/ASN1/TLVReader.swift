import SwiftASN1

/// Walks the elements of one constructed element in order.
package struct TLVReader: Sendable {
    /// The name of what is read, for errors.
    package let structure: String
    private var nodes: ASN1NodeCollection.Iterator

    init(_ nodes: ASN1NodeCollection.Iterator, _ structure: String) {
        self.nodes = nodes
        self.structure = structure
    }

    package mutating func next() -> TLV? {
        nodes.next().map(TLV.init)
    }

    /// The tag of the next element, which stays where it is.
    package var nextTag: Tag? {
        var ahead = nodes
        return ahead.next()?.identifier
    }

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
        guard nextTag == nil else { throw FormatError(structure, "unexpected element at the end") }
    }
}
