/// The envelope round every reply: Action, RelatesTo, one body.
package enum SOAPReply {
    package static func encode(action: String, relatesTo: String?, body: (inout XMLWriter) -> Void) -> [UInt8] {
        var writer = XMLWriter()
        writer.element("s:Envelope", ["xmlns:s": Namespace.soap, "xmlns:a": Namespace.addressing]) { writer in
            writer.element("s:Header") { writer in
                writer.element("a:Action", ["s:mustUnderstand": "1"], text: action)
                if let relatesTo { writer.element("a:RelatesTo", text: relatesTo) }
            }
            writer.element("s:Body") { body(&$0) }
        }
        return writer.bytes
    }
}
