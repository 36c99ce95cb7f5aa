import CLibXML2
import PKIFormats

/// Turns bytes of a stranger into a `ParsedElement`, or refuses. No document type, no entities, no network, nothing repaired.
package enum XMLDocumentParser {
    private static let ready: Void = xmlInitParser()

    /// Options that resolve nothing: never NOENT, DTDLOAD, DTDATTR, XINCLUDE, HUGE or RECOVER.
    private static let options = Int32(XML_PARSE_NONET.rawValue | XML_PARSE_NOERROR.rawValue | XML_PARSE_NOWARNING.rawValue)

    package static func parse(_ bytes: [UInt8], limits: XMLLimits = XMLLimits()) throws(FormatError) -> ParsedElement {
        _ = ready
        guard !bytes.isEmpty else { throw FormatError("XML", "empty document") }
        guard bytes.count <= limits.bytes else { throw FormatError("XML", "document of \(bytes.count) bytes") }
        try XMLPrescan.check(bytes, limits: limits)
        guard let context = xmlNewParserCtxt() else { throw FormatError("XML", "no parser") }
        defer { xmlFreeParserCtxt(context) }
        // The stopped parse still hands out a document that claims to be well-formed, so the mark in _private is the verdict.
        context.pointee.sax?.pointee.internalSubset = { context, _, _, _ in
            guard let parser = context?.assumingMemoryBound(to: xmlParserCtxt.self) else { return }
            parser.pointee._private = context
            xmlStopParser(parser)
        }
        let document = bytes.withUnsafeBytes { buffer in
            xmlCtxtReadMemory(
                context, buffer.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(buffer.count), nil, nil, options)
        }
        defer { if let document { xmlFreeDoc(document) } }
        guard context.pointee._private == nil else { throw FormatError("XML", "document type declaration") }
        guard
            let document, context.pointee.wellFormed == 1, context.pointee.nsWellFormed == 1, context.pointee.errNo == 0,
            context.pointee.disableSAX == 0, let root = xmlDocGetRootElement(document)
        else { throw FormatError("XML", "not well-formed") }
        guard document.pointee.intSubset == nil, document.pointee.extSubset == nil else {
            throw FormatError("XML", "document type declaration")
        }
        if let encoding = document.pointee.encoding {
            guard String(cString: encoding).uppercased() == "UTF-8" else { throw FormatError("XML", "encoding is not UTF-8") }
        }
        var walk = XMLTreeWalk(limits: limits)
        return try walk.copy(root, depth: 1)
    }
}
