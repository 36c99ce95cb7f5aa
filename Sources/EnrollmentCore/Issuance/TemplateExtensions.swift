import PKIFormats

/// The extensions that templates ask for beside those of every certificate.
struct TemplateExtensions {
    private let template: Template
    private let directory: DirectoryIdentity?
    private let issuer: AuthorityIdentity

    init(_ authorized: AuthorizedRequest, issuer: AuthorityIdentity) {
        template = authorized.template
        directory = authorized.directory
        self.issuer = issuer
    }

    func list(trail: inout Trail) throws(Refusal) -> [CertificateExtension] {
        var list: [CertificateExtension] = []
        if !template.certificatePolicies.isEmpty {
            var policies: [(OID, statement: String?)] = []
            for policy in template.certificatePolicies { policies.append((try oid(policy.oid, "certificate policy"), policy.cps)) }
            list.append(Extensions.certificatePolicies(policies))
        }
        if template.mustStaple { list.append(Extensions.mustStaple()) }
        if template.noRevocationAvailable { list.append(Extensions.noRevocationAvailable()) }
        if template.carriesTemplateID {
            let root = issuer.root?.publicKey.keyIdentifier ?? issuer.keyIdentifier
            let identifier = TemplateOID(rootKeyIdentifier: root).value(template: template.name)
            list.append(Extensions.microsoftTemplate(try oid(identifier, "template"), major: template.version, minor: 0))
        }
        if let sid = try Self.securityIdentifier(of: template, directory, trail: &trail), template.securityIdentifierForm != .name {
            list.append(Extensions.microsoftSecurityIdentifier(sid))
        }
        return list
    }

    /// From a directory alone: a SID that a request offers is never looked at.
    static func securityIdentifier(of template: Template, _ directory: DirectoryIdentity?, trail: inout Trail) throws(Refusal) -> String? {
        guard template.securityIdentifier != .absent else { return nil }
        guard let directory, let sid = directory.securityIdentifier else {
            guard template.securityIdentifier == .optional else {
                throw Refusal(
                    .notAuthorized, at: .shape, publicText: "this certificate needs an identity of the directory",
                    detail: "template \(template.name) requires a SID, and no directory gave one",
                    advice: "let the principal authenticate where a directory is asked")
            }
            return nil
        }
        guard DirectoryIdentity.isSecurityIdentifier(sid) else {
            throw Refusal(.internalFault, at: .shape, detail: "\(directory.source) gave '\(sid.prefix(80))', which is no SID")
        }
        trail.note(.shape, "SID \(sid) (\(directory.source))")
        return sid
    }

    private func oid(_ text: String, _ what: String) throws(Refusal) -> OID {
        guard let oid = OID(dotted: text) else {
            throw Refusal(
                .internalFault, at: .shape, detail: "template \(template.name): '\(text)' is no object identifier of a \(what)",
                advice: "correct the template")
        }
        return oid
    }
}
