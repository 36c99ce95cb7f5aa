import PKIFormats

/// What every certificate must be, whatever its template says; checked on the very bytes that would be signed. docs/LINT.md has the rules
/// clause by clause; clauses are RFC 5280's where nothing else is said.
package enum CertificateLint {
    /// What the certificate is measured against.
    package struct Context: Sendable {
        let issuer: AuthorityIdentity
        let mayBeCA: Bool
        let mayOutliveIssuer: Bool

        package init(issuer: AuthorityIdentity, mayBeCA: Bool = false, mayOutliveIssuer: Bool = false) {
            self.issuer = issuer
            self.mayBeCA = mayBeCA
            self.mayOutliveIssuer = mayOutliveIssuer
        }
    }

    /// - Parameter unsigned: the certificate of this plan, with any signature.
    static func findings(in unsigned: Certificate, of plan: CertificatePlan) -> [String] {
        let template = plan.authorized.template
        return findings(
            in: unsigned,
            Context(issuer: plan.issuer, mayBeCA: template.isAuthority, mayOutliveIssuer: template.atIssuerEnd == .exceed))
    }

    /// What is wrong with a TBSCertificate; empty: nothing.
    package static func findings(in toBeSigned: [UInt8], algorithm: SignatureAlgorithm, _ context: Context) -> [String] {
        guard let certificate = try? Certificate(unsigned: toBeSigned, algorithm: algorithm) else {
            return ["the to-be-signed bytes do not parse"]
        }
        return findings(in: certificate, context)
    }

    private static func findings(in certificate: Certificate, _ context: Context) -> [String] {
        var lint = LintReport(certificate)
        lint.fields(context)
        lint.usage(mayBeCA: context.mayBeCA)
        lint.names()
        lint.subject()
        lint.status()
        lint.extensions()
        lint.policies()
        return lint.findings
    }
}
