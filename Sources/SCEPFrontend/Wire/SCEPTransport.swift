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

    /// The pkiMessage of a GET: the first `message` of the query, percent-decoded once.
    package static func message(query: SCEPQuery) throws(FormatError) -> [UInt8] {
        guard let escaped = query.value(of: "message"), !escaped.isEmpty else {
            throw FormatError("PKIOperation", "the query has no message")
        }
        return try bounded(decode(base64: percentDecoded(escaped)))
    }

    private static func bounded(_ message: [UInt8]) throws(FormatError) -> [UInt8] {
        guard message.first == 0x30 else { throw FormatError("PKIOperation", "the message is not a DER or BER SEQUENCE") }
        guard message.count <= maximumMessage else { throw FormatError("PKIOperation", "the message exceeds \(maximumMessage) bytes") }
        return message
    }

    private static func percentDecoded(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.count)
        var rest = text
        while let escape = rest.firstIndex(of: UInt8(ascii: "%")) {
            decoded += rest[..<escape]
            let digits = rest[(escape + 1)...].prefix(2)
            if digits.count == 2, let high = hexDigit(digits[escape + 1]), let low = hexDigit(digits[escape + 2]) {
                decoded.append(high << 4 | low)
                rest = rest[(escape + 3)...]
            } else {
                decoded.append(rest[escape])
                rest = rest[(escape + 1)...]
            }
        }
        return decoded + rest
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
        let sextets = Self.sextets
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.count / 4 * 3 + 3)
        var accumulator: UInt32 = 0
        var bits: UInt32 = 0
        var ended = false
        for byte in text {
            let sextet = sextets[Int(byte)]
            if sextet < 64, !ended {
                accumulator = accumulator << 6 | UInt32(sextet)
                bits += 6
                if bits >= 8 {
                    bits -= 8
                    decoded.append(UInt8(truncatingIfNeeded: accumulator >> bits))
                }
            } else if byte == UInt8(ascii: "=") {
                ended = true
            } else if byte != 0x0A, byte != 0x0D, byte != 0x09 {
                throw FormatError(
                    "PKIOperation", sextet < 64 ? "base64 goes on after its padding" : "the message is neither CMS nor base64")
            }
        }
        guard bits < 6 else { throw FormatError("PKIOperation", "base64 ends in the middle of a byte") }
        return decoded
    }

    /// What each octet stands for, at its place; 64 for nothing.
    private static let sextets: [UInt8] = (0...UInt8.max).map { byte in
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: " "): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: 64
        }
    }
}
