import SwiftASN1

/// The class and number of a tag; whether it is constructed is not part of it.
package typealias Tag = ASN1Identifier

extension ASN1Identifier {
    /// A context-specific tag.
    package static func context(_ number: UInt) -> Tag { Tag(tagWithNumber: number, tagClass: .contextSpecific) }
}

/// One element of a parsed tree: the parser of SwiftASN1 with typed errors and the readings of our formats.
/// Depth is bounded by that parser (50); size must be bounded by the caller.
package struct TLV: Sendable {
    /// Strict DER, or BER as clients send it.
    package enum Rules: Sendable { case der, ber }

    let node: ASN1Node

    init(_ node: ASN1Node) {
        self.node = node
    }

    /// Parses one element that fills `bytes` exactly.
    package init(_ bytes: [UInt8], _ structure: String, rules: Rules = .der) throws(FormatError) {
        do {
            node = try rules == .der ? SwiftASN1.DER.parse(bytes) : SwiftASN1.BER.parse(bytes)
        } catch {
            throw FormatError(structure, rules == .der ? "not DER" : "not BER")
        }
    }

    package var tag: Tag { node.identifier }

    /// The bytes of the whole element as they came.
    package var raw: [UInt8] { Array(node.encodedBytes) }

    /// The contents octets of a primitive element.
    package var primitive: ArraySlice<UInt8>? {
        guard case .primitive(let bytes) = node.content else { return nil }
        return bytes
    }

    package var isConstructed: Bool {
        guard case .constructed = node.content else { return false }
        return true
    }

    /// The elements inside a constructed element.
    package func reader(_ structure: String) throws(FormatError) -> TLVReader {
        guard case .constructed(let nodes) = node.content else {
            throw FormatError(structure, "a primitive element where a constructed one belongs")
        }
        return TLVReader(nodes.makeIterator(), structure)
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
