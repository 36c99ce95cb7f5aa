import PKIFormats

/// `wst:RequestSecurityToken` as MS-WSTEP profiles it. Children may come in any order; each at most once.
package struct RequestSecurityToken: Sendable, Equatable {
    package static let name = XMLName(Namespace.trust, "RequestSecurityToken")
    package static let tokenType = Namespace.x509Profile + "#X509v3"

    package let type: RequestType
    /// Absent, or empty, on a poll.
    package let token: BinarySecurityToken?
    /// The number of an earlier request; only a poll reads it.
    package let requestID: UInt32?
    /// `auth:AdditionalContext`: pairs a client would like to be request attributes. Hints at best, never names.
    package let context: [ContextItem]

    /// - Parameter body: the body's one child.
    /// - Throws: an enrollment fault; 0x80070057 for anything the profile does not know.
    package init(_ body: ParsedElement) throws(SOAPFault) {
        let tokenElement: ParsedElement?
        do throws(FormatError) {
            guard body.name == Self.name else { throw FormatError("RequestSecurityToken", "The body holds another element.") }
            let tokenType = try body.child(XMLName(Namespace.trust, "TokenType"))?.trimmedText()
            guard tokenType == nil || tokenType == Self.tokenType else {
                throw FormatError("RequestSecurityToken", "The TokenType is not X509v3.")
            }
            guard let type = RequestType(uri: try body.requiredChild(XMLName(Namespace.trust, "RequestType")).trimmedText()) else {
                throw FormatError("RequestSecurityToken", "The RequestType is not known.")
            }
            self.type = type
            requestID = try Self.requestID(body.child(XMLName(Namespace.enrollment, "RequestID")))
            context = try Self.context(body.child(XMLName(Namespace.authorization, "AdditionalContext")))
            tokenElement = try body.child(BinarySecurityToken.name)
        } catch {
            throw SOAPFault(enrollment: .invalidArgument, reason: error.reason)
        }
        guard let tokenElement else {
            token = nil
            return
        }
        token = try BinarySecurityToken(tokenElement)
    }

    /// Nil, absent and 0 all say: none.
    private static func requestID(_ element: ParsedElement?) throws(FormatError) -> UInt32? {
        guard let element, try !element.isNil() else { return nil }
        let text = try element.trimmedText()
        if text.isEmpty { return nil }
        guard let number = UInt32(text), number <= UInt32(Int32.max) else {
            throw FormatError("RequestID", "The RequestID is not a positive 32-bit number.")
        }
        return number == 0 ? nil : number
    }

    private static func context(_ element: ParsedElement?) throws(FormatError) -> [ContextItem] {
        guard let element, try !element.isNil() else { return [] }
        var items: [ContextItem] = []
        for item in element.children(XMLName(Namespace.authorization, "ContextItem")) {
            guard let name = item.attributes[XMLName("", "Name")], name.utf8.count <= 256 else {
                throw FormatError("ContextItem", "A ContextItem has no name, or too long a one.")
            }
            let value = try item.child(XMLName(Namespace.authorization, "Value"))?.simpleText() ?? ""
            items.append(ContextItem(name: name, value: value))
        }
        return items
    }
}
