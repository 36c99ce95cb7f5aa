import PKIFormats

/// The subject beside the common name: what the template names, each from the source that it says.
struct SubjectAttributes {
    private let attributes: [(OID, String)]

    /// - Throws: `.unacceptableName` where a required attribute is missing, or one is longer than its upper bound.
    init(_ authorized: AuthorizedRequest, trail: inout Trail) throws(Refusal) {
        let template = authorized.template
        let asked = authorized.request.proposal.certificationRequest.subject.attributes.filter { $0.oid != OIDs.commonName }
        var chosen: [(OID, String)] = []
        var used = 0
        for rule in template.subject {
            guard let (oid, bound) = Template.SubjectRule.attributes[rule.attribute] else {
                throw Refusal(
                    .internalFault, at: .shape, detail: "template \(template.name) has an unknown attribute '\(rule.attribute)'",
                    advice: "correct the template")
            }
            var found: [String] = []
            switch rule.from {
            case .fixed: found = rule.value.map { [$0] } ?? []
            case .proposal:
                found = asked.filter { $0.oid == oid && rule.admits($0.text) }.map(\.text)
                used += found.count
            case .directory: found = authorized.directory?.attributes[rule.attribute].map { [$0] } ?? []
            case .evidence: found = []
            }
            guard !rule.required || !found.isEmpty else {
                throw Refusal(
                    .unacceptableName, at: .shape, publicText: "a part of the subject that this certificate needs is missing",
                    detail: "template \(template.name) requires \(rule.attribute) from \(rule.from.rawValue)")
            }
            for text in found {
                guard !text.isEmpty, text.unicodeScalars.count <= bound, oid != OIDs.country || text.isPrintableString else {
                    throw Refusal(
                        .unacceptableName, at: .shape, publicText: "a part of the subject is malformed",
                        detail: "\(rule.attribute) '\(text.prefix(80))': 1 to \(bound) characters")
                }
                chosen.append((oid, text))
                trail.note(.shape, "subject \(rule.attribute)='\(text)' (\(rule.from.rawValue))")
            }
        }
        let dropped = asked.count - used
        if dropped > 0 { trail.note(.shape, "\(dropped) further subject attributes dropped: the template does not take them") }
        attributes = chosen
    }

    /// The common name last, as the most specific part.
    func subject(commonName: String?) -> DistinguishedName {
        DistinguishedName(attributes + (commonName.map { [(OIDs.commonName, $0)] } ?? []))
    }
}
