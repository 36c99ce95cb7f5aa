import ESTWire
import EnrollmentCore
import PKIFormats

/// Core to wire: certs-only messages, hints for requests, and "come back later".
struct ESTReplyEncoder: Sendable {
    /// Byte for byte what libest compares with.
    private static let certificatesOnly = "application/pkcs7-mime; smime-type=certs-only"

    /// An enrollment carries exactly the new certificate: the chain belongs in cacerts (the GlobalSign client refuses two).
    func enrollment(_ outcome: Outcome, _ layout: ESTBody.Layout) -> ESTReply {
        switch outcome {
        case .released(let issuance):
            return certificates([issuance.certificate], layout)
        case .pending(let pending):
            let seconds = max(1, Int(pending.retryAfter.components.seconds))
            return .text(202, "waiting: \(pending.reason) (request \(pending.reference))", retryAfter: seconds)
        }
    }

    /// RFC 7030 §4.1.3: the issuing CA first, the root after it, at last what leads from an old root to a new one and back.
    func caCertificates(_ issuer: AuthorityIdentity, _ layout: ESTBody.Layout) -> ESTReply {
        certificates(issuer.chain + (issuer.root.map { [$0] } ?? []) + issuer.rootUpdate, layout)
    }

    /// RFC 7030 §4.5.2: what requests under this template should carry; 204 when there is nothing to say.
    func requestAttributes(_ template: Template?, _ layout: ESTBody.Layout) -> ESTReply {
        let attributes = template.map(Self.attributes) ?? CSRAttributes()
        guard !attributes.isEmpty else { return ESTReply(status: 204, contentType: nil, body: "") }
        return ESTReply(status: 200, contentType: "application/csrattrs", body: ESTBody.encode(attributes.der, layout))
    }

    private func certificates(_ certificates: [Certificate], _ layout: ESTBody.Layout) -> ESTReply {
        ESTReply(
            status: 200, contentType: Self.certificatesOnly,
            body: ESTBody.encode(CMSSignedData.degenerate(certificates: certificates), layout))
    }

    private static func attributes(of template: Template) -> CSRAttributes {
        let purposes = template.extendedKeyUsages.compactMap { OID(dotted: $0) }
        return CSRAttributes(
            key: template.allowedKeys.count == 1 ? template.allowedKeys.first.flatMap(key) : nil,
            wanted: template.requiresAlternativeName ? [OIDs.subjectAlternativeName] : [],
            extensions: purposes.isEmpty ? [] : [Extensions.extendedKeyUsage(purposes)])
    }

    /// Named only where a template leaves no choice: a list of alternatives has no form in RFC 7030.
    private static func key(_ allowed: Template.AllowedKey) -> CSRAttributes.Key? {
        switch allowed {
        case .p256: .elliptic(curve: OIDs.p256)
        case .p384: .elliptic(curve: OIDs.p384)
        case .p521: .elliptic(curve: OIDs.p521)
        case .rsa2048: .rsa(bits: 2048)
        case .rsa3072: .rsa(bits: 3072)
        case .rsa4096: .rsa(bits: 4096)
        case .ed25519, .mldsa65, .mldsa87: nil
        }
    }
}
