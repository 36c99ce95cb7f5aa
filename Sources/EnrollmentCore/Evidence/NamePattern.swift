import PKIFormats

/// Names that a credential covers: a pattern such as `*.lab.test` or `upn:*@corp.test`, or exactly one name.
///
/// Text form: `[cn:|dns:|email:|upn:|uri:|ip:|pid:|hwm:|serial:|o:]PATTERN`, where `*` stands for one or more characters other than `.`, `@` and `*`.
/// Without a kind, it covers a common name, DNS name, e-mail address and UPN of that text. A leading `=` makes it literal.
package struct NamePattern: Sendable, Hashable, Codable, CustomStringConvertible {
    /// The type of name that a pattern is about, as written before its colon.
    package enum Kind: String, Sendable, CaseIterable {
        case cn, dns, email, upn, uri, ip
        /// Text of a permanentIdentifier (`VALUE` or `VALUE@OID`) and of a hardwareModuleName (`OID/HEX`).
        case pid, hwm
        /// The subject's serialNumber (a device's, X.520) and organization.
        case serial, o
    }

    private let kind: Kind?
    private let text: String
    private let isLiteral: Bool

    /// Reads the text form; throws a `Refusal` for an empty or overlong pattern.
    package init(_ description: String) throws(Refusal) {
        var rest = Substring(description)
        isLiteral = rest.hasPrefix("=")
        if isLiteral { rest = rest.dropFirst() }
        if let colon = rest.firstIndex(of: ":"), let kind = Kind(rawValue: String(rest[..<colon])) {
            self.kind = kind
            rest = rest[rest.index(after: colon)...]
        } else {
            kind = nil
        }
        text = String(rest)
        guard !text.isEmpty, text.utf8.count <= 255 else {
            throw Refusal(
                .malformed, at: .authenticate, publicText: "a name pattern is empty or too long", detail: "pattern '\(description)'")
        }
    }

    private init(kind: Kind, literal text: String) {
        self.kind = kind
        self.text = text
        isLiteral = true
    }

    /// Exactly this common name.
    package static func commonName(_ text: String) -> NamePattern { NamePattern(kind: .cn, literal: text) }

    /// Exactly this name; nil for a type that no pattern covers.
    package static func exactly(_ name: GeneralName) -> NamePattern? {
        guard let (kind, text) = name.patternSubject else { return nil }
        return NamePattern(kind: kind, literal: text)
    }

    package var description: String { (isLiteral ? "=" : "") + (kind.map { "\($0.rawValue):" } ?? "") + text }

    package init(from decoder: any Decoder) throws { self = try NamePattern(decoder.singleValueContainer().decode(String.self)) }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    /// Whether nothing but wildcards stands between its separators: `*`, `*.*`, `upn:*@*`.
    package var isUnconstrained: Bool { !isLiteral && text.utf8.allSatisfy { "*.@".utf8.contains($0) } }

    /// The name that a literal pattern with a kind stands for; nil for others, and for a common name.
    var literalName: GeneralName? {
        guard isLiteral, let kind else { return nil }
        switch kind {
        case .cn, .serial, .o: return nil
        case .dns: return Template.NameType.dns.name(text)
        case .email: return Template.NameType.email.name(text)
        case .upn: return .upn(text)
        case .uri: return .uri(text)
        case .ip: return Template.NameType.ip.name(text)
        case .pid: return Template.NameType.permanentIdentifier.name(text)
        case .hwm: return Template.NameType.hardwareModule.name(text)
        }
    }

    /// By what a directory's entry of this name is found; nil for patterns and for names that directories do not know.
    var directoryKey: String? {
        guard isLiteral, let kind, [.dns, .upn, .email].contains(kind) else { return nil }
        return "\(kind.rawValue):\(text)".lowercased()
    }

    /// Whether this covers an attribute of the subject beside the common name: `serialNumber` or `O`.
    func covers(attribute: String, _ text: String) -> Bool {
        guard let kind, kind == Self.kinds[attribute] else { return false }
        return covers(text, as: kind)
    }

    /// The value of that attribute that a literal pattern stands for.
    func literal(attribute: String) -> String? { isLiteral && kind != nil && kind == Self.kinds[attribute] ? text : nil }

    /// The attributes that a credential can cover, by their short names.
    static let kinds: [String: Kind] = ["serialNumber": .serial, "O": .o]

    package func covers(_ name: GeneralName) -> Bool {
        guard let (kind, text) = name.patternSubject else { return false }
        return covers(text, as: kind)
    }

    /// A literal DNS name covers the common name of the same text too: both say which host the holder is.
    package func covers(commonName: String) -> Bool {
        covers(commonName, as: .cn) || (isLiteral && kind == .dns && covers(commonName, as: .dns))
    }

    private func covers(_ candidate: String, as candidateKind: Kind) -> Bool {
        switch kind {
        case nil: guard [.cn, .dns, .email, .upn].contains(candidateKind) else { return false }
        case .some(let kind): guard kind == candidateKind else { return false }
        }
        let (pattern, subject) =
            [.uri, .pid, .serial, .o].contains(candidateKind) ? (text, candidate) : (text.lowercased(), candidate.lowercased())
        return isLiteral ? pattern == subject : Self.matches(Array(pattern.utf8), Array(subject.utf8))
    }

    private static let star = UInt8(ascii: "*")

    /// Glob with `*` only. What stands before the first and after the last one is compared as it is.
    private static func matches(_ pattern: [UInt8], _ subject: [UInt8]) -> Bool {
        guard let first = pattern.firstIndex(of: star), let last = pattern.lastIndex(of: star) else { return pattern == subject }
        let tail = pattern[(last + 1)...]
        guard subject.count >= first + tail.count, subject.starts(with: pattern[..<first]), subject.suffix(tail.count) == tail else {
            return false
        }
        return covers(pattern[first...last], subject[first..<subject.count - tail.count])
    }

    /// Pattern × subject steps, whatever the pattern.
    private static func covers(_ pattern: ArraySlice<UInt8>, _ subject: ArraySlice<UInt8>) -> Bool {
        // reachable[n]: the pattern so far matches the first n bytes of the subject.
        var reachable = [Bool](repeating: false, count: subject.count + 1)
        reachable[0] = true
        for symbol in pattern {
            // What was reachable at a position, before this symbol wrote over it.
            var before = reachable[0]
            reachable[0] = false
            for (position, byte) in subject.enumerated() {
                let isBarrier = byte == UInt8(ascii: ".") || byte == UInt8(ascii: "@") || byte == star
                let reached = symbol == star ? (before || reachable[position]) && !isBarrier : before && byte == symbol
                before = reachable[position + 1]
                reachable[position + 1] = reached
            }
        }
        return reachable[subject.count]
    }
}

extension GeneralName {
    /// The text by which a pattern judges this name; nil for types that no pattern covers.
    fileprivate var patternSubject: (NamePattern.Kind, String)? {
        switch self {
        case .dns(let text): (.dns, text)
        case .email(let text): (.email, text)
        case .upn(let text): (.upn, text)
        case .uri(let text): (.uri, text)
        case .ip(let octets): (.ip, IPAddressText.text(octets))
        case .other:
            if let text = permanentIdentifier {
                (.pid, text)
            } else if let text = hardwareModule {
                (.hwm, text)
            } else if let text = internationalMailbox {
                (.email, text)
            } else {
                nil
            }
        case .directory, .registeredID, .unknown: nil
        }
    }
}
