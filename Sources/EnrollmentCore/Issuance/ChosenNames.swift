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
            guard coverage.contains(where: { $0.covers(name) }) else { throw Self.uncovered(name.description, authorized) }
            guard let type = name.type, template.nameTypes.contains(type) else {
                trail.note(.shape, "requested name \(name) dropped: template \(template.name) does not carry this type")
                continue
            }
            names.append(name)
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
        guard commonName != nil || !names.isEmpty else {
            throw Refusal(
                .unacceptableName, at: .shape, publicText: "the request names nobody",
                detail: "neither a common name nor an alternative name that the template carries")
        }
        let dropped = proposal.certificationRequest.subject.attributes.count - (proposal.commonName == nil ? 0 : 1)
        if dropped > 0 { trail.note(.shape, "\(dropped) further subject attributes dropped: the subject is the common name alone") }
        subject = commonName.map { DistinguishedName(commonName: $0) } ?? .empty
        alternativeNames = names
    }

    private static func uncovered(_ name: String, _ authorized: AuthorizedRequest) -> Refusal {
        Refusal(
            .unacceptableName, at: .shape, publicText: "the credential does not cover a requested name",
            detail:
                "\(name) is not covered by \(authorized.authenticated.principal): [\(authorized.coverage.map(\.description).joined(separator: ", "))]"
        )
    }
}

extension GeneralName {
    /// The template's word for this type; nil for types that no template carries.
    var type: Template.NameType? {
        switch self {
        case .dns: .dns
        case .ip: .ip
        case .email: .email
        case .upn: .upn
        case .uri: .uri
        case .directory, .registeredID, .other, .unknown: nil
        }
    }

    /// The name as text fit for a common name.
    fileprivate var text: String? {
        switch self {
        case .dns(let text), .email(let text), .upn(let text): text
        case .ip(let octets): IPAddressText.text(octets)
        case .uri, .directory, .registeredID, .other, .unknown: nil
        }
    }
}
