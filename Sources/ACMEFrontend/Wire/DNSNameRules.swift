/// Which DNS names may stand in an order: LDH labels, lower-cased, real A-labels, no wildcard, no address in disguise.
package enum DNSNameRules {
    package static func normalised(_ text: String, allowsSingleLabel: Bool) throws(Identifier.Rejection) -> String {
        func rejected(_ reason: String) -> Identifier.Rejection {
            Identifier.Rejection(type: .rejectedIdentifier, detail: "\"\(printable(text))\": \(reason)")
        }
        guard text.utf8.allSatisfy({ $0 < 0x80 }) else { throw rejected("not ASCII; write internationalised names as A-labels (xn--…)") }
        let name = text.utf8.map { (0x41...0x5A).contains($0) ? $0 + 0x20 : $0 }
        guard !name.isEmpty, name.count <= 253 else { throw rejected("a DNS name has 1 to 253 characters") }
        guard !name.starts(with: "*.".utf8) else { throw rejected("wildcards need the dns-01 challenge, which this server does not offer") }
        let labels = name.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard labels.count <= 10 else { throw rejected("more than 10 labels") }
        guard labels.count > 1 || allowsSingleLabel else { throw rejected("a name of one label is not allowed here") }
        for label in labels {
            guard (1...63).contains(label.count) else {
                throw rejected("a label has 1 to 63 characters, and no dot stands at the end")
            }
            guard label.allSatisfy(isLDH), label.first != hyphen, label.last != hyphen else {
                throw rejected("a label holds letters, digits and inner hyphens only")
            }
            guard label.dropFirst(2).starts(with: [hyphen, hyphen]) else { continue }
            let shown = String(decoding: label, as: UTF8.self)
            guard shown.hasPrefix("xn--") else { throw rejected("\"\(shown)\" has hyphens where only xn-- may have them") }
            guard Punycode.isCanonical(shown.dropFirst(4)) else { throw rejected("\"\(shown)\" is not a valid A-label") }
        }
        guard labels.last?.allSatisfy({ (0x30...0x39).contains($0) }) == false else {
            throw rejected("the last label is a number; use identifier type ip for an address")
        }
        return String(decoding: name, as: UTF8.self)
    }

    private static let hyphen = UInt8(ascii: "-")

    private static func isLDH(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte) || byte == hyphen
    }

    /// At most 64 printable ASCII characters of it, for a message.
    private static func printable(_ text: String) -> String {
        String(text.prefix(64).map { $0.isASCII && ($0.asciiValue ?? 0) >= 0x20 && $0 != "\"" && $0.asciiValue != 0x7F ? $0 : "?" })
    }
}
