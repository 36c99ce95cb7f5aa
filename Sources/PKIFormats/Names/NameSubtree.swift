/// One subtree of names (RFC 5280 §4.2.1.10): everything below its base.
struct NameSubtree: Sendable {
    private let base: GeneralName
    let form: NameForm

    init(_ element: TLV) throws(FormatError) {
        let structure = "name constraints"
        var reader = try element.sequence(structure)
        base = try GeneralName(try reader.any("base"))
        // minimum MUST be zero and maximum absent; DER leaves the default out.
        try reader.finish()
        form = NameForm(base)
        if form == .ip, network == nil { throw FormatError(structure, "an address without a mask") }
    }

    /// Whether a name of this form lies in the subtree; nil where the base or the name cannot be read, so that nobody can tell.
    func contains(_ name: GeneralName) -> Bool? {
        switch (form, name) {
        case (.dns, .dns(let text)): return text.lowercased().isHost(below: baseText, includingItself: true)
        case (.mailbox, .email(let text)): return containsMailbox(text)
        case (.mailbox, .other): return name.internationalMailbox.flatMap(containsMailbox)
        case (.uri, .uri(let text)): return text.uriHost.map { $0.isHost(below: baseText, includingItself: false) }
        case (.ip, .ip(let octets)):
            guard let network else { return nil }
            return octets.count == network.address.count
                && zip(octets, zip(network.address, network.mask)).allSatisfy { $0 & $1.1 == $1.0 & $1.1 }
        case (.directory, .directory(let subject)):
            guard case .directory(let top) = base else { return nil }
            return subject.isBelow(top)
        case (.registeredID, .registeredID): return base == name
        // Microsoft's reading: a UPN is constrained like a mailbox.
        case (.other(OIDs.microsoftUPN), .upn(let text)): return containsMailbox(text)
        case (_, _): return nil
        }
    }

    /// The text of a base of a textual form, in lower case; the empty base has all names below it.
    private var baseText: String {
        switch base {
        case .dns(let text), .email(let text), .uri(let text), .upn(let text): text.lowercased()
        case .ip, .directory, .registeredID, .other, .unknown: ""
        }
    }

    /// `mailbox@host`: that one; `host`: all there; `.domain`: all at hosts below.
    private func containsMailbox(_ text: String) -> Bool? {
        guard let at = text.lastIndex(of: "@") else { return nil }
        let host = text[text.index(after: at)...].lowercased()
        let wanted = baseText
        guard let baseAt = wanted.lastIndex(of: "@") else { return host.isHost(below: wanted, includingItself: false) }
        guard case .email(let exact) = base, let exactAt = exact.lastIndex(of: "@") else { return nil }
        // The local part tells capitals from small letters (RFC 5280 §7.5).
        return text[..<at] == exact[..<exactAt] && host == String(wanted[wanted.index(after: baseAt)...])
    }

    private var network: (address: [UInt8], mask: [UInt8])? {
        guard case .unknown(_, let bytes) = base, bytes.count == 8 || bytes.count == 32 else { return nil }
        return (Array(bytes.prefix(bytes.count / 2)), Array(bytes.suffix(bytes.count / 2)))
    }
}

extension String {
    /// Whether a host in lower case is the base or lies below it. A base with a leading dot has what lies below it alone; one without has
    /// itself, and for DNS names all below too.
    fileprivate func isHost(below base: String, includingItself isDNS: Bool) -> Bool {
        if base.isEmpty { return true }
        if base.hasPrefix(".") { return hasSuffix(base) && utf8.count > base.utf8.count }
        return self == base || (isDNS && hasSuffix("." + base))
    }

    /// The host of a URI with an authority, in lower case; nil for another URI and for an address (RFC 5280 §4.2.1.10).
    fileprivate var uriHost: String? {
        guard let scheme = firstRange(of: "://") else { return nil }
        var authority = self[scheme.upperBound...].prefix { !"/?#".contains($0) }
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        guard !authority.hasPrefix("[") else { return nil }
        let host = authority.prefix { $0 != ":" }.lowercased()
        guard host.contains(where: \.isLetter) else { return nil }
        return host
    }
}
