/// What names a CA may put into certificates (RFC 5280 §4.2.1.10).
package struct NameConstraints: Sendable {
    /// The most subtrees of one list.
    private static let limit = 200

    private let permitted: [NameSubtree]
    private let excluded: [NameSubtree]

    /// - Parameter value: of the extension.
    package init(der value: [UInt8]) throws(FormatError) {
        let structure = "name constraints"
        var reader = try TLV(value, structure).sequence(structure)
        let permitted = reader.takeIf(.context(0))
        let excluded = reader.takeIf(.context(1))
        try reader.finish()
        guard permitted != nil || excluded != nil else { throw FormatError(structure, "neither permitted nor excluded names") }
        self.permitted = try permitted.map { list throws(FormatError) in try Self.subtrees(list) } ?? []
        self.excluded = try excluded.map { list throws(FormatError) in try Self.subtrees(list) } ?? []
    }

    private static func subtrees(_ list: TLV) throws(FormatError) -> [NameSubtree] {
        var subtrees: [NameSubtree] = []
        for element in try list.elements("name constraints", limit: limit) { subtrees.append(try NameSubtree(element)) }
        guard !subtrees.isEmpty else { throw FormatError("name constraints", "an empty list of names") }
        return subtrees
    }

    /// What these constraints forbid among the names of a certificate, in words; empty: nothing.
    ///
    /// The subject counts as a directory name, and its e-mail addresses as such. A common name that looks like a host counts as one where
    /// no alternative name is a DNS name, as relying parties read it.
    package func violations(subject: DistinguishedName, alternativeNames: [GeneralName]) -> [String] {
        var names = alternativeNames
        if !subject.isEmpty { names.append(.directory(subject)) }
        for part in subject.parts where part.oid == OIDs.emailAddress { names.append(.email(part.text)) }
        let hasHost = alternativeNames.contains { if case .dns = $0 { true } else { false } }
        if !hasHost, let commonName = subject.commonName, commonName.looksLikeHost { names.append(.dns(commonName)) }
        return names.compactMap(violation)
    }

    private func violation(_ name: GeneralName) -> String? {
        let form = NameForm(name)
        if excluded.contains(where: { $0.form == form && $0.contains(name) != false }) { return "\(name) is excluded" }
        let allowed = permitted.filter { $0.form == form }
        guard !allowed.isEmpty, !allowed.contains(where: { $0.contains(name) == true }) else { return nil }
        return "\(name) is not among the permitted names"
    }
}

extension String {
    /// At least two labels of letters, digits and hyphens.
    fileprivate var looksLikeHost: Bool {
        let labels = split(separator: ".", omittingEmptySubsequences: false)
        return labels.count > 1
            && labels.allSatisfy {
                !$0.isEmpty
                    && $0.unicodeScalars.allSatisfy {
                        $0 == "-" || $0 == "*" || ($0.isASCII && $0.properties.isAlphabetic) || ("0"..."9").contains($0)
                    }
            }
    }
}
