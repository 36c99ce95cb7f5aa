import PKIFormats

/// Knows the registered signers of an endpoint: byte for byte the registered certificate, valid now. Whoever issued it does not matter.
package struct SignerAuthenticator: Authenticator {
    private let signers: RegisteredSigners

    package init(signers: RegisteredSigners) { self.signers = signers }

    package func examine(_ credential: any Credential, in context: ExaminationContext) async throws(Refusal) -> [Proof] {
        guard let credential = credential as? SignerCredential else { return [] }
        let certificate = credential.certificate
        guard let signer = signers.find(certificate, endpoint: context.endpoint.name) else {
            throw refusal("'\(certificate.subject)' is not a registered signer of \(context.endpoint.name)")
        }
        guard certificate.validity.notBefore <= context.instant, context.instant < certificate.validity.notAfter else {
            throw refusal("the certificate of signer '\(certificate.subject)' is not valid at this time")
        }
        let fingerprint = certificate.fingerprint(.sha256)
        return [
            Proof(
                fact: .registeredSigner(fingerprint: fingerprint), principal: Self.principalPrefix + fingerprint.hex, covers: signer.covers)
        ]
    }

    package func stillHolds(_ proof: StoredProof, in context: ExaminationContext) async throws(Refusal) -> Bool {
        guard case .registeredSigner(let fingerprint) = proof.fact else { return false }
        return signers.all.contains { signer in
            signer.endpoint == context.endpoint.name && signer.certificate.fingerprint(.sha256) == fingerprint
                && context.instant < signer.certificate.validity.notAfter
        }
    }

    private static let principalPrefix = "signer:"

    private func refusal(_ detail: String) -> Refusal {
        Refusal(
            .badCredential, at: .authenticate, publicText: "the signer was not accepted", detail: detail,
            advice: "`muster signer add` registers one")
    }
}
