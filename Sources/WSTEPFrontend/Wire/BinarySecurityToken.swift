import Foundation
import PKIFormats

/// Base64 bytes in a `wsse:BinarySecurityToken`. The value type of a request is not believed: clients mislabel a bare PKCS#10 as PKCS#7.
package struct BinarySecurityToken: Sendable, Equatable {
    /// What the token holds, as its ValueType names it.
    package enum ValueType: String, Sendable {
        case pkcs10 = "http://schemas.microsoft.com/windows/pki/2009/01/enrollment#PKCS10"
        case pkcs7 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd#PKCS7"
        case x509v3 = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-x509-token-profile-1.0#X509v3"
    }

    package static let name = XMLName(Namespace.security, "BinarySecurityToken")
    private static let encoding = Namespace.security + "#base64binary"

    package let bytes: [UInt8]

    package init(bytes: [UInt8]) { self.bytes = bytes }

    /// - Throws: an enrollment fault: 0x80070057 for another encoding, 0x8007000D for what is no base64.
    init(_ element: ParsedElement) throws(SOAPFault) {
        if let encoding = element.attributes[XMLName("", "EncodingType")], encoding.trimmingXMLSpace != Self.encoding {
            throw SOAPFault(enrollment: .invalidArgument, reason: "The token's EncodingType is not base64binary.")
        }
        guard let text = try? element.simpleText(), let bytes = Self.decode(text) else {
            throw SOAPFault(enrollment: .invalidData, reason: "The token is not base64.")
        }
        self.bytes = bytes
    }

    /// Whether the bytes start like a CMS ContentInfo: a SEQUENCE whose first element is the OID id-signedData.
    package var isCMS: Bool {
        guard let outer = try? TLV(bytes, "token", rules: .ber), var fields = try? outer.sequence("token"), let first = fields.next() else {
            return false
        }
        return (try? first.oid("token")) == OIDs.signedData
    }

    /// White space of any kind is legal between the characters, and so is PEM armour, which one kind of client leaves in.
    private static func decode(_ text: String) -> [UInt8]? {
        let units = Array(text.utf8)
        guard units.allSatisfy({ $0 < 0x80 && $0 != UInt8(ascii: "-") }) else { return decodeUnusual(text) }
        return Data(base64Encoded: Data(units.filter { $0 != 0x20 && !(0x09...0x0D).contains($0) })).map { [UInt8]($0) }
    }

    /// With armour, or white space beyond ASCII.
    private static func decodeUnusual(_ text: String) -> [UInt8]? {
        let lines = text.split(whereSeparator: \.isNewline).filter { !$0.trimmingPrefix(while: \.isWhitespace).hasPrefix("-----") }
        let packed = lines.joined().filter { !$0.isWhitespace }
        return Data(base64Encoded: packed).map { [UInt8]($0) }
    }

    /// Base64 on one line: 76-column lines break a client that wraps them again.
    func encode(as type: ValueType, into writer: inout XMLWriter) {
        writer.element(
            "BinarySecurityToken",
            ["ValueType": type.rawValue, "EncodingType": Self.encoding, "xmlns": Namespace.security],
            text: Data(bytes).base64EncodedString())
    }
}
