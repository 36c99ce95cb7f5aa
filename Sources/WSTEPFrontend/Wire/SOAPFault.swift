/// A SOAP 1.2 fault. HTTP carries it with status 500 whatever its code: clients misread any other status.
package struct SOAPFault: Error, Sendable, Equatable {
    /// Whose fault it is (SOAP 1.2 §5.4.6).
    package enum Code: String, Sendable {
        case versionMismatch = "s:VersionMismatch"
        case mustUnderstand = "s:MustUnderstand"
        case sender = "s:Sender"
        case receiver = "s:Receiver"
    }

    /// Nested codes, outermost first; each brings the namespace that its prefix needs.
    package enum Subcode: String, Sendable {
        case invalidSecurity = "wsse:InvalidSecurity"
        case failedAuthentication = "wsse:FailedAuthentication"
        case unsupportedSecurityToken = "wsse:UnsupportedSecurityToken"
        case invalidAddressingHeader = "a:InvalidAddressingHeader"
        case invalidCardinality = "a:InvalidCardinality"
        case onlyAnonymousAddressSupported = "a:OnlyAnonymousAddressSupported"
        case messageAddressingHeaderRequired = "a:MessageAddressingHeaderRequired"
        case actionNotSupported = "a:ActionNotSupported"
        case destinationUnreachable = "a:DestinationUnreachable"
        case endpointUnavailable = "a:EndpointUnavailable"
        case internalServiceFault = "d:InternalServiceFault"

        var action: String {
            switch self {
            case .invalidSecurity, .failedAuthentication, .unsupportedSecurityToken: SOAPAction.genericFault
            case .internalServiceFault: SOAPAction.dispatcherFault
            case .invalidAddressingHeader, .invalidCardinality, .onlyAnonymousAddressSupported, .messageAddressingHeaderRequired,
                .actionNotSupported, .destinationUnreachable, .endpointUnavailable:
                SOAPAction.addressingFault
            }
        }
    }

    package let code: Code
    package let subcodes: [Subcode]
    package let reason: String
    package let detail: EnrollmentFaultDetail?

    /// - Parameter reason: shown to a person; anything but printable ASCII becomes `?`, and it is cut at 200 characters.
    package init(_ code: Code, _ subcodes: [Subcode] = [], reason: String, detail: EnrollmentFaultDetail? = nil) {
        self.code = code
        self.subcodes = subcodes
        let printable = reason.unicodeScalars.prefix(200).map { (0x20...0x7E).contains($0.value) ? Character($0) : "?" }
        self.reason = String(printable)
        self.detail = detail
    }

    private var action: String {
        if detail != nil { return SOAPAction.enrollmentFault }
        return subcodes.first?.action ?? SOAPAction.genericFault
    }

    /// The whole message.
    /// - Parameter relatesTo: the request's message id, when the request was readable so far.
    package func encoded(relatesTo: String?) -> [UInt8] {
        SOAPReply.encode(action: action, relatesTo: relatesTo) { writer in
            writer.element("s:Fault", ["xmlns:wsse": Namespace.security, "xmlns:d": Namespace.dispatcher]) { writer in
                writer.element("s:Code") { writer in
                    writer.element("s:Value", text: code.rawValue)
                    Self.encode(subcodes[...], into: &writer)
                }
                writer.element("s:Reason") { $0.element("s:Text", ["xml:lang": "en-US"], text: reason) }
                if let detail { writer.element("s:Detail") { detail.encode(into: &$0) } }
            }
        }
    }

    private static func encode(_ subcodes: ArraySlice<Subcode>, into writer: inout XMLWriter) {
        guard let first = subcodes.first else { return }
        writer.element("s:Subcode") { writer in
            writer.element("s:Value", text: first.rawValue)
            encode(subcodes.dropFirst(), into: &writer)
        }
    }
}
