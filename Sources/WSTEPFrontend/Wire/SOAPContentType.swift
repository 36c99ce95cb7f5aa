/// `application/soap+xml` of a request (RFC 3902), read with the tolerance that real clients need.
package struct SOAPContentType: Sendable, Equatable {
    /// The reply's own.
    package static let reply = "application/soap+xml; charset=utf-8"

    /// The `action` parameter, which has to agree with the Action header.
    package let action: String?

    /// - Throws: a fault for another media type or charset. A missing header field counts as the right type.
    package init(_ field: String?) throws(SOAPFault) {
        guard let field else {
            action = nil
            return
        }
        let parts = Self.split(field)
        guard let media = parts.first?.lowercased(), media == "application/soap+xml" else {
            throw SOAPFault(.versionMismatch, reason: "SOAP 1.2 expected: Content-Type application/soap+xml")
        }
        var action: String?
        for part in parts.dropFirst() {
            let pair = part.split(separator: "=", maxSplits: 1).map { String($0).trimmingXMLSpace }
            guard let key = pair.first?.lowercased(), let value = pair.dropFirst().first else { continue }
            switch key {
            case "charset":
                guard value.lowercased() == "utf-8" else { throw SOAPFault(.sender, reason: "The charset must be utf-8.") }
            case "action":
                action = value.isEmpty ? nil : value
            default:
                continue
            }
        }
        self.action = action
    }

    /// Splits at semicolons outside quotes and takes the quotes away.
    private static func split(_ field: String) -> [String] {
        var parts: [[UInt8]] = [[]]
        var quoted = false
        for unit in field.utf8.prefix(1024) {
            switch unit {
            case UInt8(ascii: "\""): quoted.toggle()
            case UInt8(ascii: ";") where !quoted: parts.append([])
            default: parts[parts.endIndex - 1].append(unit)
            }
        }
        return parts.map { String(decoding: $0, as: UTF8.self).trimmingXMLSpace }
    }
}
