import PKIFormats

/// From the bytes of an HTTP request to the bytes of a pkiMessage, through every escaping that clients are known to break.
package enum SCEPTransport {
    /// The longest pkiMessage accepted, in bytes. An Intune challenge with an RSA-4096 key stays below 32 KiB.
    package static let maximumMessage = 128 * 1024

    /// The longest body of a POST, in bytes: `maximumMessage` in base64 with line breaks.
    package static let maximumBody = maximumMessage / 2 * 3

    /// The pkiMessage of a POST: the body as it stands, or base64 of it. The content type says nothing (strongSwan and sscep send none).
    package static func message(body: [UInt8]) throws(FormatError) -> [UInt8] {
        guard body.first != 0x30 else { return try bounded(body) }
        return try bounded(decode(base64: body))
    }

    /// The pkiMessage of a GET, from the raw query string: the first `message`, percent-decoded once.
    package static func message(query: String) throws(FormatError) -> [UInt8] {
        guard let escaped = SCEPQuery(query).value(of: "message"), !escaped.isEmpty else {
            throw FormatError("PKIOperation", "the query has no message")
        }
        return try bounded(decode(base64: percentDecoded(escaped)))
    }

    private static func bounded(_ message: [UInt8]) throws(FormatError) -> [UInt8] {
        guard message.first == 0x30 else { throw FormatError("PKIOperation", "the message is not a DER or BER SEQUENCE") }
        guard message.count <= maximumMessage else { throw FormatError("PKIOperation", "the message exceeds \(maximumMessage) bytes") }
        return message
    }

    private static func percentDecoded(_ text: String) -> [UInt8] {
        let bytes = Array(text.utf8)
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, let high = hexDigit(bytes[index + 1]),
                let low = hexDigit(bytes[index + 2])
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(bytes[index])
                index += 1
            }
        }
        return decoded
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }

    /// Base64 as clients really send it: line breaks anywhere, a space where a proxy decoded `+`, the URL alphabet, padding or none.
    private static func decode(base64 text: [UInt8]) throws(FormatError) -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.count / 4 * 3 + 3)
        var accumulator: UInt32 = 0
        var bits: UInt32 = 0
        var ended = false
        for byte in text {
            if byte == 0x0A || byte == 0x0D || byte == 0x09 { continue }
            if byte == UInt8(ascii: "=") {
                ended = true
                continue
            }
            guard let sextet = sextet(byte) else { throw FormatError("PKIOperation", "the message is neither CMS nor base64") }
            guard !ended else { throw FormatError("PKIOperation", "base64 goes on after its padding") }
            accumulator = (accumulator << 6 | sextet) & 0xFFFF
            bits += 6
            if bits >= 8 {
                bits -= 8
                decoded.append(UInt8(truncatingIfNeeded: accumulator >> bits))
            }
        }
        guard bits < 6 else { throw FormatError("PKIOperation", "base64 ends in the middle of a byte") }
        return decoded
    }

    private static func sextet(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: " "): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
