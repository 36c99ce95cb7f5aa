import PKIFormats

/// A received SOAP 1.2 message with its addressing and security headers taken out.
package struct SOAPEnvelope: Sendable {
    package let action: String
    /// `a:MessageID`, to be echoed as `a:RelatesTo`.
    package let messageID: String?
    /// The one `wsse:Security` header, unread.
    package let security: ParsedElement?
    /// The one child of the body.
    package let body: ParsedElement

    /// - Parameter root: a whole parsed document.
    /// - Throws: the fault that WS-Addressing or SOAP names for the first thing found wrong.
    package init(_ root: ParsedElement) throws(SOAPFault) {
        guard root.name == XMLName(Namespace.soap, "Envelope") else {
            if root.name == XMLName(Namespace.soap11, "Envelope") { throw SOAPFault(.versionMismatch, reason: "SOAP 1.2 expected.") }
            throw SOAPFault(.sender, reason: "No SOAP envelope.")
        }
        let blocks = try Self.headerBlocks(of: root)
        action = try Self.action(in: blocks)
        messageID = try Self.messageID(in: blocks)
        try Self.checkReplyAddress(in: blocks)
        _ = try Self.only("To", of: Namespace.addressing, in: blocks)
        security = try Self.only("Security", of: Namespace.security, in: blocks)
        guard let body = root.children.last?.children.first, root.children.last?.children.count == 1 else {
            throw SOAPFault(.sender, reason: "The body must hold exactly one element.")
        }
        self.body = body
    }

    /// The message id of a document that may be no acceptable envelope, for the RelatesTo of its fault.
    package static func messageID(of root: ParsedElement) -> String? {
        guard let header = root.children.first, header.name == XMLName(Namespace.soap, "Header") else { return nil }
        return try? messageID(in: header.children)
    }

    /// An optional header and then exactly one body; nothing before, between or behind.
    private static func headerBlocks(of root: ParsedElement) throws(SOAPFault) -> [ParsedElement] {
        let names = root.children.map(\.name)
        switch names {
        case [XMLName(Namespace.soap, "Body")]:
            return []
        case [XMLName(Namespace.soap, "Header"), XMLName(Namespace.soap, "Body")]:
            break
        default:
            throw SOAPFault(.sender, reason: "An envelope holds one header and one body.")
        }
        let blocks = root.children.first?.children ?? []
        for block in blocks where try mustBeUnderstood(block) && !understood.contains(block.name) {
            throw SOAPFault(.mustUnderstand, reason: "A header that must be understood is not.")
        }
        return blocks
    }

    private static let understood: Set<XMLName> = [
        XMLName(Namespace.addressing, "Action"), XMLName(Namespace.addressing, "To"), XMLName(Namespace.addressing, "ReplyTo"),
        XMLName(Namespace.addressing, "MessageID"), XMLName(Namespace.security, "Security"),
    ]

    private static func mustBeUnderstood(_ block: ParsedElement) throws(SOAPFault) -> Bool {
        switch block.attributes[XMLName(Namespace.soap, "mustUnderstand")]?.trimmingXMLSpace {
        case nil, "0", "false": return false
        case "1", "true": return true
        case .some: throw SOAPFault(.sender, reason: "mustUnderstand is no boolean.")
        }
    }

    /// The only block of that name. Two of them are refused, so that no reader can pick the wrong one.
    private static func only(_ local: String, of namespace: String, in blocks: [ParsedElement]) throws(SOAPFault) -> ParsedElement? {
        let found = blocks.filter { $0.name == XMLName(namespace, local) }
        guard found.count <= 1 else {
            if namespace == Namespace.security {
                throw SOAPFault(.sender, [.invalidSecurity], reason: "More than one Security header.")
            }
            throw SOAPFault(.sender, [.invalidAddressingHeader, .invalidCardinality], reason: "More than one \(local) header.")
        }
        return found.first
    }

    private static func action(in blocks: [ParsedElement]) throws(SOAPFault) -> String {
        guard let element = try only("Action", of: Namespace.addressing, in: blocks) else {
            throw SOAPFault(.sender, [.messageAddressingHeaderRequired], reason: "The Action header is missing.")
        }
        guard let text = try? element.trimmedText(), !text.isEmpty else {
            throw SOAPFault(.sender, [.invalidAddressingHeader], reason: "The Action header is not a URI.")
        }
        return text
    }

    private static func messageID(in blocks: [ParsedElement]) throws(SOAPFault) -> String? {
        guard let element = try only("MessageID", of: Namespace.addressing, in: blocks) else { return nil }
        guard let text = try? element.trimmedText(), !text.isEmpty, text.utf8.count <= 512 else {
            throw SOAPFault(.sender, [.invalidAddressingHeader], reason: "The MessageID header is not a short URI.")
        }
        return text
    }

    /// Replies go back on the connection they came by, and nowhere else.
    private static func checkReplyAddress(in blocks: [ParsedElement]) throws(SOAPFault) {
        for local in ["ReplyTo", "FaultTo"] {
            guard let element = try only(local, of: Namespace.addressing, in: blocks) else { continue }
            let address = try? element.requiredChild(XMLName(Namespace.addressing, "Address")).trimmedText()
            guard address == Namespace.addressing + "/anonymous" else {
                throw SOAPFault(
                    .sender, [.invalidAddressingHeader, .onlyAnonymousAddressSupported], reason: "Only the anonymous address is served.")
            }
        }
    }
}
