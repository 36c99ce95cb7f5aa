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
        return found
    }

    private func times(_ complain: (String, String, String) -> Void) {
        if !(600...(100 * 365 * 86_400)).contains(template.lifetime) { complain("lifetime", "out of range", "10 minutes to 100 years") }
        if !(0..<86_400).contains(template.backdating) { complain("backdating", "out of range", "less than a day") }
        if !(0...template.lifetime).contains(template.minimumLifetime) { complain("minimumLifetime", "out of range", "up to the lifetime") }
        if !(0..<max(1, template.lifetime)).contains(template.renewalWindow) {
            complain("renewalWindow", "out of range", "shorter than the lifetime")
        }
        if let delay = template.supersedesAfter, !(0...max(0, template.lifetime)).contains(delay) {
            complain("supersedesAfter", "out of range", "up to the lifetime")
        }
    }
}
