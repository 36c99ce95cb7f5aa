import PKIFormats

/// How large a certificate will be (C17): EAP-TLS sends it in fragments of about a kilobyte through stacks that give up after some fifty,
/// and tokens have little room.
enum SizeCheck {
    /// Octets above which the trail warns, where the template sets no limit.
    static let noteworthy = 4096

    /// - Throws: `.unacceptableRequest` above the template's own limit.
    static func judge(_ plan: CertificatePlan, trail: inout Trail) throws(Refusal) {
        // The outer SEQUENCE, the algorithm and the signature's BIT STRING come on top.
        let size =
            plan.toBeSigned.count + plan.certificate.signatureAlgorithm.algorithmIdentifier.count
            + plan.certificate.signatureAlgorithm.signatureSize(by: plan.issuer.publicKey.kind) + 9
        let template = plan.authorized.template
        if let limit = template.maximumSize, size > limit {
            throw Refusal(
                .unacceptableRequest, at: .check, publicText: "the certificate would be too large",
                detail: "about \(size) octets; template \(template.name) says maximumSize: \(limit)",
                advice: "ask for fewer names, or raise the template's maximumSize")
        }
        if size > noteworthy, template.maximumSize == nil {
            trail.note(.check, "a large certificate, about \(size) octets: some EAP-TLS stacks and tokens take no more than \(noteworthy)")
        }
    }
}

extension SignatureAlgorithm {
    /// The most octets of a signature by a key of this kind.
    fileprivate func signatureSize(by key: KeyKind) -> Int {
        switch key {
        case .rsa(let bits, _): bits / 8
        case .p256: 72
        case .p384: 104
        case .p521: 139
        case .ed25519: 64
        case .mldsa65: 3309
        case .mldsa87: 4627
        case .unsupported: 0
        }
    }
}
