import PKIFormats

/// What one template must be.
struct TemplateRules {
    /// Purposes that give power over others: no protocol hands them out.
    static let operatorPurposes = Set(
        [
            OIDs.anyExtendedKeyUsage, OIDs.ocspSigning, OIDs.timeStamping, OIDs.microsoftEnrollmentAgent, OIDs.microsoftSmartCardLogon,
            OIDs.cmcRA,
        ]
        .map { "\($0)" })

    let template: Template

    func problems() -> [CatalogRules.Problem] {
        var found: [CatalogRules.Problem] = []
        func complain(_ path: String, _ text: String, _ remedy: String) {
            found.append(CatalogRules.Problem(subject: "Template '\(template.name)'", path: path, text: text, remedy: remedy))
        }
        if !CatalogRules.isIdentifier(template.name) {
            complain("name", "is no name", "use a-z, 0-9, '-', '.' and '_', at most 64, beginning with a letter or digit")
        }
        if template.title.isEmpty || template.title.count > 100 { complain("title", "1 to 100 characters, please", "people read it") }
        if template.keyUsage.isEmpty { complain("keyUsage", "is empty", "name what the key may do, for example digitalSignature") }
        for usage in template.keyUsage where KeyUsage(name: usage) == nil {
            complain(
                "keyUsage", "there is no key usage '\(usage)'", "choose from \(KeyUsage(rawValue: 0x1ff).names.joined(separator: ", "))")
        }
        let signs = template.keyUsage.contains("keyCertSign")
        if signs != template.isAuthority {
            complain("keyUsage", "keyCertSign and a CA's basicConstraints go together (RFC 5280 §4.2.1.3)", "correct one of both")
        }
        if !template.isAuthority, template.keyUsage.contains("cRLSign") { complain("keyUsage", "cRLSign is for CAs", "leave it out") }
        if template.extendedKeyUsages.contains("\(OIDs.anyExtendedKeyUsage)") {
            complain("extendedKeyUsages", "anyExtendedKeyUsage is good for everything", "name the purposes")
        }
        if Set(template.extendedKeyUsages).count != template.extendedKeyUsages.count {
            complain("extendedKeyUsages", "one stands there twice", "name each once")
        }
        if template.allowedKeys.isEmpty {
            complain("allowedKeys", "is empty", "choose from \(Template.AllowedKey.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        times(complain)
        names(complain)
        extensions(complain)
        return found
    }

    private func times(_ complain: (String, String, String) -> Void) {
        if !(600...(100 * 365 * 86_400)).contains(template.lifetime) { complain("lifetime", "out of range", "10 minutes to 100 years") }
        if !(0..<86_400).contains(template.backdating) { complain("backdating", "out of range", "less than a day") }
        if !(0...template.lifetime).contains(template.minimumLifetime) { complain("minimumLifetime", "out of range", "up to the lifetime") }
        if !(0..<max(1, template.lifetime)).contains(template.renewalWindow) {
            complain("renewalWindow", "out of range", "shorter than the lifetime")
        }
        if template.atIssuerEnd == .exceed, !template.isEndless || template.isAuthority {
            complain("atIssuerEnd", "only an endless certificate of no CA may outlive its issuer", "choose shorten or refuse")
        }
        if let size = template.maximumSize, !(512...65_536).contains(size) {
            complain("maximumSize", "out of range", "512 to 65536 octets")
        }
        if let delay = template.supersedesAfter, !(0...max(0, template.lifetime)).contains(delay) {
            complain("supersedesAfter", "out of range", "up to the lifetime")
        }
    }

    private func names(_ complain: (String, String, String) -> Void) {
        for (index, rule) in template.names.enumerated() {
            let path = "names[\(index)]"
            switch rule.from {
            case .fixed:
                if rule.values.isEmpty { complain("\(path).values", "is empty", "write the names, or take them from elsewhere") }
                for value in rule.values where rule.type.name(value) == nil {
                    complain("\(path).values", "'\(value)' is no \(rule.type.rawValue) name", "correct it")
                }
            case .evidence, .proposal, .directory:
                if !rule.values.isEmpty { complain("\(path).values", "only fixed names have values", "say from: fixed, or leave them out") }
            }
            if rule.from == .directory || rule.from == .fixed, !rule.matching.isEmpty {
                complain("\(path).matching", "\(rule.from.rawValue) names are not matched", "leave it out")
            }
            if rule.from == .proposal, template.nameTypes.contains(rule.type) {
                complain(
                    "\(path).type", "nameTypes carries \(rule.type.rawValue) already, without these patterns", "take it out of nameTypes")
            }
        }
        for (index, rule) in template.subject.enumerated() {
            let path = "subject[\(index)]"
            guard let (_, bound) = Template.SubjectRule.attributes[rule.attribute] else {
                let known = Template.SubjectRule.attributes.keys.sorted().joined(separator: ", ")
                complain("\(path).attribute", "there is no '\(rule.attribute)'", "choose from \(known)")
                continue
            }
            switch rule.from {
            case .fixed:
                if !(1...bound).contains(rule.value?.count ?? 0) {
                    complain("\(path).value", "1 to \(bound) characters, please", "write it")
                }
            case .proposal:
                if rule.matching.isEmpty { complain("\(path).matching", "is empty", "say which values a request may ask for") }
                if rule.isUnconstrained {
                    complain("\(path).matching", "'*' alone lets anyone claim anything", "write a pattern with text in it, such as 'Lab *'")
                }
            case .evidence:
                if NamePattern.kinds[rule.attribute] == nil {
                    complain("\(path).from", "no credential covers this attribute", "choose fixed, proposal or directory")
                }
            case .directory: break
            }
        }
    }

    private func extensions(_ complain: (String, String, String) -> Void) {
        if template.noRevocationAvailable, template.carriesCRLDistributionPoint || template.carriesOCSP || template.isAuthority {
            complain(
                "noRevocationAvailable", "goes with neither a CRL nor OCSP nor a CA (RFC 9608 §2)",
                "set carriesCRLDistributionPoint and carriesOCSP to false, or leave it out")
        }
        if template.mustStaple, !template.carriesOCSP { complain("mustStaple", "there is no OCSP to staple", "set carriesOCSP to true") }
        for (index, policy) in template.certificatePolicies.enumerated() {
            if OID(dotted: policy.oid) == nil {
                complain("certificatePolicies[\(index)].oid", "'\(policy.oid)' is no object identifier", "write it dotted")
            }
            if let cps = policy.cps, !cps.hasPrefix("http") || !cps.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) || cps.utf8.count > 200
            {
                complain("certificatePolicies[\(index)].cps", "is no URI", "write https://…")
            }
        }
        if Set(template.certificatePolicies.map(\.oid)).count != template.certificatePolicies.count {
            complain("certificatePolicies", "one stands there twice", "name each once (RFC 5280 §4.2.1.4)")
        }
    }
}
