import EnrollmentCore
import PKIFormats
import SCEPWire

/// From a pkiMessage to an `IssuanceRequest`, in the order that keeps strangers away from the RA key (RFC 8894 §3.3).
package struct SCEPRequestDecoder: Sendable {
    /// What a screened message asks for.
    enum Kind: Sendable {
        case enrollment
        case renewal
        case poll
        case certificate
        case revocationList
    }

    /// A message that may cost a private-key operation: known type, accepted algorithms, addressed to us, signature valid.
    final class Screened: Sendable {
        let message: SCEPMessage
        let kind: Kind
        let contentCipher: ContentCipher
        let recipient: SCEPRecipient
        let keyTransport: KeyTransport
        /// The certificate by which the signer asks for its renewal; still to be examined.
        let renewing: CertificateCredential?

        init(
            _ message: SCEPMessage, kind: Kind, contentCipher: ContentCipher, recipient: SCEPRecipient, keyTransport: KeyTransport,
            renewing: CertificateCredential?
        ) {
            self.message = message
            self.kind = kind
            self.contentCipher = contentCipher
            self.recipient = recipient
            self.keyTransport = keyTransport
            self.renewing = renewing
        }
    }

    let identity: SCEPIdentity
    let options: SCEPOptions
    /// Whether the holder of a certificate enrolls others here; known before anything is decrypted.
    let isRegisteredSigner: @Sendable (Certificate) -> Bool

    init(
        identity: SCEPIdentity, options: SCEPOptions = SCEPOptions(),
        isRegisteredSigner: @escaping @Sendable (Certificate) -> Bool = { _ in false }
    ) {
        self.isRegisteredSigner = isRegisteredSigner
        self.identity = identity
        self.options = options
    }

    /// Every check that needs no private key.
    func screen(_ message: SCEPMessage) throws(Refusal) -> Screened {
        let kind = try kind(of: message)
        let algorithms = SCEPAlgorithms(options)
        try algorithms.check(digestOf: message)
        if options.requireNonce, (message.attributes.senderNonce?.count ?? 0) < 8 {
            throw Refusal(
                .unacceptableRequest, at: .decode, publicText: "a senderNonce of at least 8 bytes is required here",
                detail: "senderNonce of \(message.attributes.senderNonce?.count ?? 0) bytes")
        }
        let envelope: CMSEnvelopedData
        do { envelope = try CMSEnvelopedData(ber: message.envelope) } catch { throw Self.unreadable("envelope: \(error)") }
        try algorithms.check(envelope.contentCipher)
        guard let (recipient, info) = recipient(of: envelope) else {
            throw Refusal(
                .malformed, at: .decode,
                publicText: "the request is encrypted to an unknown certificate; fetch this server's with GetCACert",
                detail: "recipients \(envelope.recipients.map(\.description).joined(separator: "; "))",
                advice: "let the client fetch the CA and RA certificates again")
        }
        guard message.isSignatureValid else {
            throw Refusal(
                .badProofOfPossession, at: .decode, publicText: "the signature of the message is not valid",
                detail: "SignerInfo does not verify under the key of \(message.signer.subject)")
        }
        return Screened(
            message, kind: kind, contentCipher: envelope.contentCipher, recipient: recipient, keyTransport: info.keyTransport,
            renewing: renewing(message.signer, kind))
    }

    /// A signer that only looks like one of ours is found out by who examines the credential, before the RA's key is used.
    private func renewing(_ signer: Certificate, _ kind: Kind) -> CertificateCredential? {
        switch kind {
        case .poll, .certificate, .revocationList: return nil
        case .renewal: break
        case .enrollment: guard identity.claimsToBeOurs(signer), !signer.isSelfSigned else { return nil }
        }
        return isRegisteredSigner(signer) ? nil : CertificateCredential(signer, provedBy: .cmsSignature, grace: options.renewal.grace)
    }

    /// The request inside. From the decryption to the end of the CSR's own checks every failure looks the same to the client: whoever
    /// wraps a captured envelope into a message of his own learns nothing from the answer.
    func read(_ screened: Screened, arrival: Arrival, id: RequestID) async throws(Refusal) -> IssuanceRequest {
        let content = try await decrypt(screened)
        let csr: CertificationRequest
        let challenge: String?
        let signer = screened.message.signer
        let isRegistered = isRegisteredSigner(signer)
        do {
            csr = try CertificationRequest(der: content)
            challenge = try csr.challengePassword
        } catch {
            throw Self.unreadable("\(error)")
        }
        guard isRegistered || screened.renewing != nil || csr.publicKey == signer.publicKey else {
            throw Self.unreadable("the signer's key is not the key of the certification request")
        }
        // Nearly always the key that signed the message.
        let key = csr.publicKey == signer.publicKey ? screened.message.signerKey : VerificationKey(csr.publicKey)
        guard let proven = ProvenRequest(csr, under: key) else {
            throw Self.unreadable("the certification request is not signed by its own key")
        }
        let proposal = Proposal(proven, templateHint: options.ndes.templates.name(for: csr), acceptsSHA1: options.allowSHA1)
        if isRegistered {
            return IssuanceRequest(
                id: id, arrival: arrival, intent: .onBehalf(of: signer), credentials: [SignerCredential(signer)], proposal: proposal,
                addressee: screened.recipient.addressee)
        }
        guard let holder = screened.renewing else {
            let credentials = challenge.map { [ChallengeCredential(secret: $0)] } ?? []
            return IssuanceRequest(
                id: id, arrival: arrival, intent: .enroll, credentials: credentials, proposal: proposal,
                addressee: screened.recipient.addressee)
        }
        try options.renewal.check(csr, renewing: signer, at: arrival.instant)
        return IssuanceRequest(
            id: id, arrival: arrival, intent: .renew(of: signer), credentials: [holder], proposal: proposal,
            addressee: screened.recipient.addressee)
    }

    /// What GetCert or GetCRL asks for; failures look as those of `read` do.
    func question(_ screened: Screened) async throws(Refusal) -> IssuerAndSerialNumber {
        let content = try await decrypt(screened)
        do { return try IssuerAndSerialNumber(ber: content) } catch { throw Self.unreadable("\(error)") }
    }

    /// What makes a retry or a poll the same exchange: the client's transactionID and the signer's key.
    static func exchangeID(of message: SCEPMessage) -> [UInt8] {
        message.attributes.transactionID.bytes + HashAlgorithm.sha256.digest(message.signer.publicKey.der)
    }

    /// A client that gives every try a new transactionID makes the same request all the same, where its key and its request are.
    static func retryID(of message: SCEPMessage) -> [UInt8] { HashAlgorithm.sha256.digest(message.signer.publicKey.der) }

    private func kind(of message: SCEPMessage) throws(Refusal) -> Kind {
        let type = message.type
        switch type {
        case .pkcsReq: return .enrollment
        case .renewalReq: return .renewal
        case .certPoll: return .poll
        case .getCert: return .certificate
        case .getCRL: return .revocationList
        case .updateReq where options.allowUpdateReq: return .renewal
        case .updateReq, .certRep, nil:
            throw Refusal(.unsupportedOperation, at: .decode, detail: message.typeName)
        }
    }

    /// Which of our RA certificates the message is encrypted to; clients go on using an old one for days.
    private func recipient(of envelope: CMSEnvelopedData) -> (SCEPRecipient, CMSRecipient)? {
        for recipient in identity.recipients {
            if let info = envelope.recipients.first(where: { $0.names(recipient.certificate) }) { return (recipient, info) }
        }
        return nil
    }

    private func decrypt(_ screened: Screened) async throws(Refusal) -> [UInt8] {
        do throws(SCEPRecipient.Failure) {
            return try await screened.recipient.decrypt(screened.message.envelope)
        } catch {
            switch error {
            case .overloaded(let retryAfter):
                throw Refusal(.overloaded, at: .decode, detail: "the RA key's pool is full, free in \(retryAfter)")
            case .failed: throw Self.unreadable("decryption failed")
            }
        }
    }

    /// The uniform answer. The detail is for the trail alone.
    static func unreadable(_ detail: String) -> Refusal {
        Refusal(
            .malformed, at: .decode,
            publicText:
                "the request could not be read: it must be what its message type says, a PKCS#10 request signed with its own key and sent by that key, and encrypted to this server",
            detail: detail)
    }
}
