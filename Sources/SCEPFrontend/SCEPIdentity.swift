import EnrollmentCore
import PKIFormats

/// Who an endpoint is on the wire: the RA, the RA in two halves, or the CA itself (RFC 8894 §2.1.2).
package struct SCEPIdentity: Sendable {
    package let signer: SCEPSigner
    /// What clients may encrypt to: the current certificate first, then those that they may still know.
    package let recipients: [SCEPRecipient]
    /// RA certificates in the order of GetCACert, the signing one first; none where the CA speaks for itself.
    package let registrationAuthorities: [Certificate]
    /// The CA certificates above them: issuing CA, intermediates, root.
    package let issuers: [Certificate]
    /// CAs before and after the issuing one, whose certificates may be renewed.
    package let otherGenerations: [Certificate]
    /// Nil while no next CA is prepared.
    package let next: Next?

    /// The next CA, as GetNextCACert announces it.
    package struct Next: Sendable {
        let certificates: NextCACertificates
        /// Signs the announcement with the key of the present CA.
        let sign: @Sendable (NextCACertificates) async throws(Refusal) -> [UInt8]

        package init(_ certificates: NextCACertificates, sign: @escaping @Sendable (NextCACertificates) async throws(Refusal) -> [UInt8]) {
            self.certificates = certificates
            self.sign = sign
        }
    }

    package init(
        signer: SCEPSigner, recipients: [SCEPRecipient], registrationAuthorities: [Certificate], issuers: [Certificate],
        otherGenerations: [Certificate] = [], next: Next? = nil
    ) {
        self.signer = signer
        self.recipients = recipients
        self.registrationAuthorities = registrationAuthorities
        self.issuers = issuers
        self.otherGenerations = otherGenerations
        self.next = next
    }

    /// Whether a certificate calls one of these CAs its issuer. A name only: nothing is proved by it.
    func claimsToBeOurs(_ certificate: Certificate) -> Bool {
        [issuers, otherGenerations].contains { $0.contains { $0.subject.matches(certificate.issuer) } }
    }
}
