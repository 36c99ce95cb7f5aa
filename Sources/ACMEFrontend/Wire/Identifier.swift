import PKIFormats

/// A checked, normalised identifier: a lower-case DNS name or an IP address (RFC 8555 §7.1.3, RFC 8738).
package enum Identifier: Sendable, Hashable, CustomStringConvertible {
    case dns(String)
    case ip([UInt8])

    /// Why an identifier is refused.
    package struct Rejection: Error, Sendable, Equatable {
        package let type: ProblemType
        package let detail: String
    }

    package init(_ body: IdentifierBody, allowsSingleLabel: Bool) throws(Rejection) {
        switch body.type {
        case "dns":
            self = .dns(try DNSNameRules.normalised(body.value, allowsSingleLabel: allowsSingleLabel))
        case "ip":
            guard let bytes = IPLiteral.bytes(of: body.value), IPLiteral.text(of: bytes) == body.value else {
                throw Rejection(
                    type: .malformed, detail: "\"\(body.value.prefix(64))\" is not an IP address in its shortest form (RFC 5952)")
            }
            self = .ip(bytes)
        default:
            throw Rejection(type: .unsupportedIdentifier, detail: "identifiers of type \"\(body.type.prefix(32))\" are not supported")
        }
    }

    package var body: IdentifierBody {
        switch self {
        case .dns(let name): IdentifierBody(type: "dns", value: name)
        case .ip(let bytes): IdentifierBody(type: "ip", value: IPLiteral.text(of: bytes))
        }
    }

    /// The subject alternative name that carries it.
    package var generalName: GeneralName {
        switch self {
        case .dns(let name): .dns(name)
        case .ip(let bytes): .ip(bytes)
        }
    }

    package var description: String { body.value }
}

extension Identifier {
    /// The identifier of a name in a certificate; nil for types that ACME does not order here.
    package init?(_ name: GeneralName) {
        switch name {
        case .dns(let text): self = .dns(text.lowercased())
        case .ip(let bytes): self = .ip(bytes)
        case .email, .uri, .upn, .directory, .registeredID, .other, .unknown: return nil
        }
    }
}
