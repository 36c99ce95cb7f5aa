import PKIFormats

/// The subject beside the common name: what the template names, each from the source that it says.
struct SubjectAttributes {
    private let attributes: [NameAttribute]
    private let asked: DistinguishedName

    /// - Throws: `.unacceptableName` where a required attribute is missing, or one is longer than its upper bound.
    init(_ authorized: AuthorizedRequest, trail: inout Trail) throws(Refusal) {
        let template = authorized.template
        let asked = authorized.request.proposal.certificationRequest.subject.parts.filter { $0.oid != OIDs.commonName }
        self.asked = authorized.request.proposal.certificationRequest.subject
        var chosen: [NameAttribute] = []
        var used = 0
        for rule in template.subject {
            guard let (oid, bound) = Template.SubjectRule.attributes[rule.attribute] else {
                throw Refusal(
                    .internalFault, at: .shape, detail: "template \(template.name) has an unknown attribute '\(rule.attribute)'",
                    advice: "correct the template")
            }
            var found: [NameAttribute] = []
            switch rule.from {
            case .fixed: found = rule.value.map { [NameAttribute(oid: oid, text: $0)] } ?? []
            case .proposal:
                found = asked.filter { $0.oid == oid && rule.admits($0.text) }.map(Self.repeated)
                used += found.count
            case .directory: found = authorized.directory?.attributes[rule.attribute].map { [NameAttribute(oid: oid, text: $0)] } ?? []
            case .evidence:
                found = asked.filter { one in
                    one.oid == oid && authorized.coverage.contains { $0.covers(attribute: rule.attribute, one.text) }
                }.map(Self.repeated)
                used += found.count
                let given = authorized.coverage.compactMap { $0.literal(attribute: rule.attribute) }
                for text in given where !found.contains(where: { $0.text == text }) {
                    found.append(NameAttribute(oid: oid, text: text))
                }
            }
            guard !rule.required || !found.isEmpty else {
                throw Refusal(
                    .unacceptableName, at: .shape, publicText: "a part of the subject that this certificate needs is missing",
                    detail: "template \(template.name) requires \(rule.attribute) from \(rule.from.rawValue)")
            }
            for attribute in found {
                let text = attribute.text
                guard !text.isEmpty, text.unicodeScalars.count <= bound, oid != OIDs.country || text.isPrintableString else {
                    throw Refusal(
                        .unacceptableName, at: .shape, publicText: "a part of the subject is malformed",
                        detail: "\(rule.attribute) '\(text.prefix(80))': 1 to \(bound) characters")
                }
                chosen.append(attribute)
                trail.note(.shape, "subject \(rule.attribute)='\(text)' (\(rule.from.rawValue))")
            }
        }
        let dropped = asked.count - used
        if dropped > 0 { trail.note(.shape, "\(dropped) further subject attributes dropped: the template does not take them") }
        attributes = chosen
    }

    /// The common name last, as the most specific part.
    func subject(commonName: String?) -> DistinguishedName {
        guard let commonName else { return DistinguishedName(attributes) }
        let wanted = asked.parts.last { $0.oid == OIDs.commonName && $0.text == commonName }
        return DistinguishedName(attributes + [wanted.map(Self.repeated) ?? NameAttribute(oid: OIDs.commonName, text: commonName)])
    }

    /// A value that the client asked for keeps its encoding, byte for byte, where a CA may write that: some clients compare (C7).
    private static func repeated(_ attribute: NameAttribute) -> NameAttribute {
        attribute.isFitToRepeat ? attribute : NameAttribute(oid: attribute.oid, text: attribute.text)
    }
}
