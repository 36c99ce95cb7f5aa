import PKIFormats

/// The names of a certificate to be: asked for by the request, covered by the evidence, allowed by the template.
struct ChosenNames {
    let subject: DistinguishedName
    let alternativeNames: [GeneralName]

    /// - Throws: `.unacceptableName` for a name that the evidence does not cover, or when the template's need is not met.
    init(_ authorized: AuthorizedRequest, trail: inout Trail) throws(Refusal) {
        let template = authorized.template
        let proposal = authorized.request.proposal
        if template.isAuthority, authorized.authenticated.evidence.contains(where: { $0.proof.fact == .scheduledRenewal }) {
            // The server's own wish: each generation of a CA has the subject of the one before, whole.
            subject = proposal.certificationRequest.subject
            alternativeNames = []
            return
        }
        let coverage = authorized.coverage

        var commonName = proposal.commonName
        if let commonName, !coverage.contains(where: { $0.covers(commonName: commonName) }) {
            throw Self.uncovered("common name '\(commonName)'", authorized)
        }
        var names: [GeneralName] = []
        for name in proposal.alternativeNames where !names.contains(name) {
            if case .uri(let text) = name, Self.claimsSID(text) {
                trail.note(.shape, "requested SID (\(name)) dropped: it comes from a directory or not at all")
                continue
            }
            guard coverage.contains(where: { $0.covers(name) }) else { throw Self.uncovered(name.description, authorized) }
            guard let type = name.type, template.carries(name, of: type) else {
                if template.unknownNames == .refuse {
                    throw Refusal(
                        .unacceptableName, at: .shape, publicText: "a requested name is of a type that is not issued here",
                        detail: "\(name); template \(template.name) says unknownNames: refuse")
                }
                trail.note(.shape, "requested name \(name) dropped: template \(template.name) does not carry this type")
                continue
            }
            names.append(name)
        }

        names += try Self.further(authorized, besides: names, trail: &trail)
        if template.securityIdentifierForm != .extension,
            let sid = try TemplateExtensions.securityIdentifier(of: template, authorized.directory, trail: &trail)
        {
            names.append(.uri(Self.prefix + sid))
        }
        if names.isEmpty, template.addsCommonNameToDNS, let commonName, DNSNameSyntax.isHostName(commonName) {
            let name = GeneralName.dns(commonName)
            if coverage.contains(where: { $0.covers(name) }) { names.append(name) }
        }
        if commonName == nil, template.fillsCommonName, let text = names.lazy.compactMap(\.text).first { commonName = text }
        if let text = commonName, text.unicodeScalars.count > 64 {  // ub-common-name, RFC 5280 appendix A.1
            guard !names.isEmpty else {
                throw Refusal(
                    .unacceptableName, at: .shape, publicText: "the common name is longer than 64 characters",
                    detail: "common name '\(text.prefix(80))…'")
            }
            commonName = nil
        }
        if template.requiresAlternativeName, names.isEmpty {
            throw Refusal(
                .unacceptableName, at: .shape, publicText: "a subject alternative name is required",
                detail: "template \(template.name) needs one of \(template.nameTypes.map(\.rawValue).joined(separator: ", "))")
        }
        subject = try SubjectAttributes(authorized, trail: &trail).subject(commonName: commonName)
        guard !subject.isEmpty || !names.isEmpty else {
            throw Refusal(
                .unacceptableName, at: .shape, publicText: "the request names nobody",
                detail: "neither a common name nor an alternative name that the template carries")
        }
        alternativeNames = names
    }

    /// Names that the template takes from elsewhere than the request, and the ones that it cannot do without.
    private static func further(_ authorized: AuthorizedRequest, besides asked: [GeneralName], trail: inout Trail) throws(Refusal)
        -> [GeneralName]
    {
        let template = authorized.template
        var names: [GeneralName] = []
        for rule in template.names {
            let found: [GeneralName] =
                switch rule.from {
                case .proposal: asked.filter { $0.type == rule.type }
                case .fixed: rule.values.compactMap(rule.type.name)
                case .evidence: authorized.coverage.compactMap(\.literalName).filter { $0.type == rule.type && rule.admits($0) }
                case .directory: authorized.directory?.names.filter { $0.type == rule.type }.compactMap { $0.type.name($0.text) } ?? []
                }
            guard !rule.required || !found.isEmpty else {
                throw Refusal(
                    .unacceptableName, at: .shape, publicText: "a name that this certificate needs is missing",
                    detail: "template \(template.name) requires \(rule.type.rawValue) from \(rule.from.rawValue)")
            }
            guard rule.from != .proposal else { continue }
            for name in found where !asked.contains(name) && !names.contains(name) {
                names.append(name)
                trail.note(.shape, "name \(name) (\(rule.from.rawValue))")
            }
        }
        return names
    }

    /// The SAN form of a SID (KB5014754).
    private static let prefix = "tag:microsoft.com,2022-09-14:sid:"

    private static func claimsSID(_ uri: String) -> Bool { uri.lowercased().hasPrefix("tag:microsoft.com,") }

    private static func uncovered(_ name: String, _ authorized: AuthorizedRequest) -> Refusal {
        Refusal(
            .unacceptableName, at: .shape, publicText: "the credential does not cover a requested name",
            detail:
                "\(name) is not covered by \(authorized.authenticated.principal): [\(authorized.coverage.map(\.description).joined(separator: ", "))]"
        )
    }
}

extension GeneralName {
    /// The name as text fit for a common name.
    fileprivate var text: String? {
        switch self {
        case .dns(let text), .email(let text), .upn(let text): text
        case .ip(let octets): IPAddressText.text(octets)
        case .uri, .directory, .registeredID, .other, .unknown: nil
        }
    }
}
