/// What an authoritative directory says of a principal: the only source of a SID (C9). An authenticator that asked a directory puts it
/// into its proof; nothing of it ever comes from the request.
package struct DirectoryIdentity: Sendable, Hashable, Codable {
    /// For example `ldap:corp.example`; stands in the trail.
    package let source: String
    /// `S-1-5-21-…`
    package let securityIdentifier: String?
    /// What may become alternative names.
    package let names: [DirectoryName]
    /// What may become subject attributes, by short name: `O`, `OU`, `title`.
    package let attributes: [String: String]

    package init(source: String, securityIdentifier: String? = nil, names: [DirectoryName] = [], attributes: [String: String] = [:]) {
        self.source = source
        self.securityIdentifier = securityIdentifier
        self.names = names
        self.attributes = attributes
    }

    /// `S-1-` with an authority and up to fifteen numbers of 32 bits (MS-DTYP 2.4.2.1).
    package static func isSecurityIdentifier(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard (4...18).contains(parts.count), parts[0] == "S", parts[1] == "1" else { return false }
        return parts.dropFirst(2).allSatisfy { part in
            part.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) } && UInt64(part).map { $0 < 1 << 48 } == true
        }
    }
}

/// One name that a directory vouches for.
package struct DirectoryName: Sendable, Hashable, Codable {
    package let type: Template.NameType
    package let text: String

    package init(_ type: Template.NameType, _ text: String) {
        self.type = type
        self.text = text
    }
}
