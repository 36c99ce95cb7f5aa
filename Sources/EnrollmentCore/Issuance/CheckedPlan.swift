import PKIFormats

/// A plan whose key, names and to-be-signed bytes were found fit to sign.
package struct CheckedPlan: Sendable {
    let plan: CertificatePlan
    /// The to-be-signed bytes, read back and found free of faults.
    let unsigned: Certificate

    private init(_ plan: CertificatePlan, unsigned: Certificate) {
        self.plan = plan
        self.unsigned = unsigned
    }

    static func check(_ plan: CertificatePlan, weakKeys: WeakKeyList, trail: inout Trail) throws(Refusal) -> CheckedPlan {
        let proposal = plan.authorized.request.proposal
        let request = proposal.certificationRequest
        guard !request.signatureAlgorithm.isWeak || proposal.acceptsSHA1 || plan.authorized.request.isPossessionProved else {
            throw Refusal(
                .unsupportedAlgorithm, at: .check, publicText: "the certification request is signed with SHA-1",
                detail: "signature algorithm \(request.signatureAlgorithm)")
        }
        let key = plan.authorized.request.isPossessionProved || proposal.isSignatureProven ? nil : VerificationKey(request.publicKey)
        try check(request.publicKey, ready: key, template: plan.authorized.template, weakKeys: weakKeys)
        if let key, !request.isSelfSignatureValid(under: key) {
            throw Refusal(.badProofOfPossession, at: .check, detail: "the PKCS#10 signature does not verify under its own key")
        }
        if let commonName = plan.certificate.subject.commonName, !commonName.unicodeScalars.allSatisfy(\.isPrintable) {
            throw Refusal(
                .unacceptableName, at: .check, publicText: "the common name holds characters that do not print",
                detail: "common name '\(commonName)'")
        }
        try checkNames(plan.names)
        try NameConstraintCheck(issuer: plan.issuer).judge(plan.certificate.subject, plan.names)
        try SizeCheck.judge(plan, trail: &trail)
        let unsigned: Certificate
        do {
            unsigned = try Certificate(unsigned: plan.toBeSigned, algorithm: plan.certificate.signatureAlgorithm)
        } catch {
            throw Refusal(.internalFault, at: .check, detail: "the to-be-signed bytes do not parse: \(error)")
        }
        let findings = CertificateLint.findings(in: unsigned, of: plan)
        guard findings.isEmpty else {
            throw Refusal(
                .internalFault, at: .check, detail: "lint of the to-be-signed certificate: \(findings.joined(separator: "; "))",
                advice: "correct template \(plan.authorized.template.name)")
        }
        trail.note(.check, "\(request.publicKey.kind) key, proof of possession and lint passed")
        return CheckedPlan(plan, unsigned: unsigned)
    }

    /// - Parameter ready: the same key made ready for use, where it is to be used.
    private static func check(_ key: SubjectPublicKeyInfo, ready: VerificationKey?, template: Template, weakKeys: WeakKeyList)
        throws(Refusal)
    {
        let kind: KeyKind
        do {
            if let ready { kind = try ready.validatedKind() } else { kind = try key.validatedKind() }
        } catch {
            throw Refusal(.unacceptableKey, at: .check, detail: "the public key is not usable: \(error)")
        }
        guard template.allowedKeys.contains(where: { $0.admits(kind) }) else {
            throw Refusal(
                .unacceptableKey, at: .check, publicText: "this kind or size of key is not accepted",
                detail: "\(kind) is not among \(template.allowedKeys.map(\.rawValue).joined(separator: ", ")) of template \(template.name)")
        }
        if case .rsa(_, let exponent) = kind {
            // FIPS 186-5 §5.4: odd, greater than 2^16 (so three octets at least), less than 2^256.
            let significant = exponent.drop { $0 == 0 }
            guard (3...32).contains(significant.count), let last = significant.last, last & 1 == 1 else {
                throw Refusal(
                    .unacceptableKey, at: .check, publicText: "the RSA exponent is not acceptable", detail: "exponent \(exponent.hex)")
            }
        }
        if let finding = weakKeys.finding(on: key) {
            let cause =
                switch finding {
                case .debian: "a known Debian weak key (CVE-2008-0166)"
                case .listed: "on a list of weakKeyLists"
                }
            throw Refusal(
                .unacceptableKey, at: .check, publicText: "this key is known to be weak: make a new one", detail: "the key is \(cause)")
        }
    }

    private static func checkNames(_ names: [GeneralName]) throws(Refusal) {
        for name in names {
            let isWellFormed =
                switch name {
                case .dns(let text): DNSNameSyntax.isCertificateName(text)
                case .ip(let octets): octets.count == 4 || octets.count == 16
                case .email(let text), .upn(let text): isMailbox(text)
                case .uri(let text): text.contains(":") && text.utf8.allSatisfy { (0x21...0x7e).contains($0) }
                case .other:
                    name.type != nil && name.internationalMailbox.map { $0.count { $0 == "@" } == 1 && $0.utf8.count <= 254 } ?? true
                case .directory, .registeredID, .unknown: false
                }
            guard isWellFormed else {
                throw Refusal(.unacceptableName, at: .check, publicText: "a requested name is malformed", detail: "\(name)")
            }
        }
    }

    /// One `@` with something before it and a domain behind it.
    private static func isMailbox(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, text.utf8.count <= 254 else { return false }
        return DNSNameSyntax.isCertificateName(String(parts[1])) && text.unicodeScalars.allSatisfy { $0.isPrintable && $0 != " " }
    }
}
