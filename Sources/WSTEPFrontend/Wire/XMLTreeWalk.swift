import CLibXML2
import PKIFormats

/// Copies libxml2's tree into values and counts on the way.
struct XMLTreeWalk {
    let limits: XMLLimits
    private var elements = 0
    private var namespaces = 0

    init(limits: XMLLimits) { self.limits = limits }

    mutating func copy(_ node: xmlNodePtr, depth: Int) throws(FormatError) -> ParsedElement {
        guard depth <= limits.depth else { throw FormatError("XML", "nested deeper than \(limits.depth)") }
        elements += 1
        guard elements <= limits.elements else { throw FormatError("XML", "more than \(limits.elements) elements") }
        var declaration = node.pointee.nsDef
        while let current = declaration {
            namespaces += 1
            guard namespaces <= limits.namespaces else { throw FormatError("XML", "more than \(limits.namespaces) namespaces") }
            declaration = current.pointee.next
        }
        let attributes = try copyAttributes(of: node)
        var children: [ParsedElement] = []
        var text = ""
        var next = node.pointee.children
        while let child = next {
            switch child.pointee.type {
            case XML_ELEMENT_NODE:
                children.append(try copy(child, depth: depth + 1))
            case XML_TEXT_NODE, XML_CDATA_SECTION_NODE:
                if let content = child.pointee.content { text += String(cString: content) }
            case XML_COMMENT_NODE, XML_PI_NODE:
                break
            default:
                throw FormatError("XML", "entity reference or foreign node")
            }
            next = child.pointee.next
        }
        return ParsedElement(name: name(node.pointee.name, node.pointee.ns), attributes: attributes, children: children, text: text)
    }

    private func copyAttributes(of node: xmlNodePtr) throws(FormatError) -> [XMLName: String] {
        var attributes: [XMLName: String] = [:]
        var next = node.pointee.properties
        while let attribute = next {
            guard attributes.count < limits.attributesPerElement else {
                throw FormatError("XML", "more than \(limits.attributesPerElement) attributes")
            }
            var value = ""
            var part = attribute.pointee.children
            while let piece = part {
                guard piece.pointee.type == XML_TEXT_NODE else { throw FormatError("XML", "entity reference in an attribute") }
                if let content = piece.pointee.content { value += String(cString: content) }
                part = piece.pointee.next
            }
            attributes[name(attribute.pointee.name, attribute.pointee.ns)] = value
            next = attribute.pointee.next
        }
        return attributes
    }

    private func name(_ local: UnsafePointer<xmlChar>?, _ namespace: xmlNsPtr?) -> XMLName {
        XMLName(
            namespace.flatMap { $0.pointee.href }.map { String(cString: $0) } ?? "",
            local.map { String(cString: $0) } ?? "")
    }
}
