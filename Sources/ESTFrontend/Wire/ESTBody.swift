import Foundation
import PKIFormats

/// Bodies of RFC 7030: base64 of DER, whatever a Content-Transfer-Encoding header says (RFC 8951 §3.1).
package enum ESTBody {
    /// How the base64 text of a body is laid out. No single layout pleases all clients: libest reads wrapped lines only,
    /// strongSwan 5.9.8 one unbroken line only.
    package enum Layout: Sendable, Equatable {
        /// No line break at all.
        case oneLine
        /// 64 columns, LF, also at the end.
        case wrapped

        /// The layout of a request body, for the answer to mirror.
        package init(of body: [UInt8]) {
            var text = body[...]
            while let last = text.last, last == 0x0A || last == 0x0D { text.removeLast() }
            self = body.first != 0x30 && text.contains(0x0A) ? .wrapped : .oneLine
        }

        /// The layout for a request without a body.
        package init(userAgent: String?) {
            self = userAgent?.lowercased().hasPrefix("libest") == true ? .wrapped : .oneLine
        }
    }

    /// The DER of a PKCS #10 body: base64 in any layout, and for hand-made scripts also PEM or bare DER.
    package static func decode(_ body: [UInt8]) throws(FormatError) -> [UInt8] {
        if body.first == 0x30 { return body }
        // Base64 has no hyphen.
        if body.contains(UInt8(ascii: "-")), case let text = String(decoding: body, as: UTF8.self), text.contains("-----BEGIN") {
            let blocks = try PEM.decode(text, label: "CERTIFICATE REQUEST") + PEM.decode(text, label: "NEW CERTIFICATE REQUEST")
            guard blocks.count == 1, let block = blocks.first else { throw FormatError("EST body", "not exactly one request in the text") }
            return block
        }
        let digits = Data(body.filter { $0 != 0x20 && $0 != 0x09 && $0 != 0x0D && $0 != 0x0A })
        guard !digits.isEmpty else { throw FormatError("EST body", "empty") }
        // Foundation takes any number of padding characters.
        guard digits.reversed().prefix(while: { $0 == 0x3D }).count <= 2, let data = Data(base64Encoded: digits) else {
            throw FormatError("EST body", "not base64")
        }
        return [UInt8](data)
    }

    package static func encode(_ der: [UInt8], _ layout: Layout) -> String {
        let text = Data(der).base64EncodedString()
        switch layout {
        case .oneLine:
            return text
        case .wrapped:
            var lines = ""
            var rest = text[...]
            while !rest.isEmpty {
                lines += rest.prefix(64) + "\n"
                rest = rest.dropFirst(64)
            }
            return lines
        }
    }
}
