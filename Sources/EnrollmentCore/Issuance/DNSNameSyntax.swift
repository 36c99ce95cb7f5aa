/// Preferred name syntax of RFC 1034 §3.5 with underscores refused, A-labels taken as they are.
package enum DNSNameSyntax {
    /// At least two labels, or `localhost`; a wildcard is no host name.
    package static func isHostName(_ text: String) -> Bool {
        isName(text) && (text.utf8.contains(UInt8(ascii: ".")) || text.lowercased() == "localhost")
    }

    /// Fit for a dNSName; a wildcard only as the whole leftmost label (RFC 6125 §7.2), above at least two labels.
    package static func isCertificateName(_ text: String) -> Bool {
        guard text.hasPrefix("*.") else { return isName(text) }
        let rest = String(text.dropFirst(2))
        return isName(rest) && rest.utf8.contains(UInt8(ascii: "."))
    }

    private static func isName(_ text: String) -> Bool {
        guard (1...253).contains(text.utf8.count) else { return false }
        let hyphen = UInt8(ascii: "-")
        var length = 0
        var previous = hyphen
        var isNumber = true
        for byte in text.utf8 {
            if byte == UInt8(ascii: ".") {
                guard length > 0, previous != hyphen else { return false }
                (length, previous, isNumber) = (0, hyphen, true)
                continue
            }
            // A hyphen neither begins nor ends a label.
            guard isLetterOrDigit(byte) || (byte == hyphen && length > 0), length < 63 else { return false }
            length += 1
            previous = byte
            isNumber = isNumber && isDigit(byte)
        }
        // A last label of digits alone would be an IPv4 address.
        return length > 0 && previous != hyphen && !isNumber
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
