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
        let labels = text.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard let last = labels.last, !last.allSatisfy(isDigit) else { return false }
        return labels.allSatisfy { label in
            guard let first = label.first, let last = label.last, label.count <= 63 else { return false }
            return isLetterOrDigit(first) && isLetterOrDigit(last) && label.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: "-") }
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
    }
}
