import Foundation
import PKIFormats
import SigningKeys

/// A certificate just signed, verified under the CA's key and equal to what was recorded.
package struct SignedCertificate: Sendable {
    let id: RequestID
    let certificate: Certificate
    let issuer: AuthorityIdentity

    fileprivate init(id: RequestID, certificate: Certificate, issuer: AuthorityIdentity) {
        self.id = id
        self.certificate = certificate
        self.issuer = issuer
    }
}

/// One key generation of a CA. The key is private to this file and signs typed values alone; it never decrypts, but where `caModeKey` says so.
package struct Authority: Sendable {
    package let identity: AuthorityIdentity
    package let algorithm: SignatureAlgorithm
    private let key: any SigningKey
    /// The public key as the CA's certificate says it, for the check of each signature.
    private let verification: FrequentVerificationKey

    package init(identity: AuthorityIdentity, key: any SigningKey) {
        self.identity = identity
        self.key = key
        verification = FrequentVerificationKey(identity.publicKey)
        algorithm = key.defaultAlgorithm
    }

    /// The same key with another public side of it: a chain that has changed.
    func renewed(as identity: AuthorityIdentity) -> Authority { Authority(identity: identity, key: key) }

    /// Spends the ticket. The result is read back, compared byte for byte and verified before anyone sees it.
    func sign(_ ticket: consuming SigningTicket) async throws(Refusal) -> SignedCertificate {
        let id = ticket.id
        let unsigned = ticket.unsigned
        guard ticket.issuerKey == identity.keyIdentifier else {
            throw Refusal(
                .internalFault, at: .sign,
                detail:
                    "a ticket for key \(ticket.issuerKey.hex) came to \(identity.keyIdentifier.hex) of authority '\(identity.authority)'")
        }
        let signature = try await signature(over: unsigned.toBeSigned, at: .sign)
        guard unsigned.signatureAlgorithm == algorithm, let certificate = try? unsigned.signed(signature),
            certificate.isSigned(by: verification)
        else {
            throw Refusal(
                .internalFault, at: .sign, detail: "the signed certificate does not verify or differs from what was recorded",
                advice: "check the CA key: `muster doctor`")
        }
        return SignedCertificate(id: id, certificate: certificate, issuer: identity)
    }

    /// Signs a revocation list of this generation. The result is read back and verified before anyone sees it.
    func sign(_ list: TBSCertificateRevocationList) async throws(Refusal) -> [UInt8] {
        let toBeSigned = list.encoded()
        let signature = try await signature(over: toBeSigned, at: .revoke)
        let der = DERBytes.sequence(toBeSigned, algorithm.algorithmIdentifier, DERBytes.bitString(signature))
        do {
            let frame = try RevocationListFrame(der: der)
            guard der[frame.toBeSigned] == toBeSigned[...], frame.entryCount == list.entries.count,
                identity.publicKey.isValidSignature(signature, over: toBeSigned, algorithm: algorithm)
            else { throw FormatError("CRL", "it differs from what was to be signed, or does not verify") }
            return der
        } catch {
            throw Refusal(
                .internalFault, at: .revoke, detail: "the signed CRL is not good: \(error)", advice: "check the CA key: `muster doctor`")
        }
    }

    /// Signs the announcement of the next generation with the key of this one.
    package func sign(_ next: NextCACertificates, at instant: Date) async throws(Refusal) -> [UInt8] {
        guard let certificate = identity.certificate, let digest = algorithm.hash else {
            throw Refusal(
                .unsupportedOperation, at: .release, publicText: "the CA's kind of key does not sign this message",
                detail: "GetNextCACert with \(algorithm)")
        }
        let attributes = next.signedAttributes(digest, signingTime: instant)
        let signature = try await signature(over: attributes, at: .release)
        return next.assemble(digest, signedAttributes: attributes, signer: certificate, signature: signature)
    }

    /// Nil but for a CA that was made to speak SCEP itself.
    package var caModeKey: CAModeKey? { CAModeKey(identity, key: key) }

    private func signature(over message: [UInt8], at stage: Refusal.Stage) async throws(Refusal) -> [UInt8] {
        do {
            return try await key.sign(message, algorithm: algorithm)
        } catch is Overloaded {
            throw Refusal(.overloaded, at: stage, detail: "the signing pool is full")
        } catch {
            throw Refusal(.internalFault, at: stage, detail: "the CA key did not sign: \(error)", advice: "`muster doctor` checks the keys")
        }
    }
}
