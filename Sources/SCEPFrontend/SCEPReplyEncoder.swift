import EnrollmentCore
import PKIFormats
import SCEPWire

/// From an outcome or a refusal to a signed CertRep (RFC 8894 §3.3.2).
package struct SCEPReplyEncoder: Sendable {
    let signer: SCEPSigner
    let options: SCEPOptions
    let surroundings: Surroundings

    func encode(_ outcome: Outcome, to screened: SCEPRequestDecoder.Screened) async throws(Refusal) -> [UInt8] {
        switch outcome {
        case .pending: return try await reply(to: screened.message, .pending)
        case .released(let issuance):
            let inner = CMSSignedData.degenerate(certificates: [issuance.certificate] + chain(of: issuance))
            return try await encode(inner, to: screened)
        }
    }

    /// SUCCESS around a finished certs-only message.
    func encode(_ inner: [UInt8], to screened: SCEPRequestDecoder.Screened) async throws(Refusal) -> [UInt8] {
        try await reply(to: screened.message, .success(envelope: envelope(inner, to: screened)))
    }

    /// - Throws: the refusal itself where its answer is not a CertRep, or that of a reply that cannot be signed now.
    func encode(_ refusal: Refusal, to message: SCEPMessage) async throws(Refusal) -> [UInt8] {
        switch SCEPRefusals.answer(to: refusal.code) {
        case .http: throw refusal
        case .certRep(let failInfo, let hresult, _):
            return try await reply(to: message, .failure(failInfo, text: refusal.publicText, hresult: hresult))
        }
    }

    /// What the endpoint sends behind the leaf, which comes first: Apple takes the first for its own.
    private func chain(of issuance: ReleasedIssuance) -> [Certificate] {
        switch options.replyChain {
        case .none: []
        case .issuer: Array(issuance.chain.prefix(1))
        case .full: issuance.chain
        }
    }

    /// Encrypted to the certificate that signed the request and to no other, in the request's own algorithms.
    private func envelope(_ inner: [UInt8], to screened: SCEPRequestDecoder.Screened) throws(Refusal) -> [UInt8] {
        do {
            return try CMSEnvelopedData.encrypt(
                inner, to: screened.message.signer, screened.message.signerKey, cipher: screened.contentCipher,
                keyTransport: screened.keyTransport)
        } catch {
            throw Refusal(.internalFault, at: .release, detail: "the reply cannot be encrypted: \(error)")
        }
    }

    private func reply(to message: SCEPMessage, _ body: CertRep.Body) async throws(Refusal) -> [UInt8] {
        Exchange.current?.answers(body.words)
        let digest = message.digest.flatMap { SCEPAlgorithms(options).isAccepted($0) ? $0 : nil } ?? .sha256
        let certRep = CertRep(
            answering: message.attributes, senderNonce: surroundings.randomness.bytes(16), body: body,
            leavesEmptyContentOut: options.absentContent)
        let attributes = certRep.signedAttributes(digest: digest, signingTime: surroundings.now)
        let signature = try await sign(attributes, digest)
        return certRep.assemble(signedAttributes: attributes, digest: digest, signer: signer.certificate, signature: signature)
    }

    private func sign(_ message: [UInt8], _ digest: HashAlgorithm) async throws(Refusal) -> [UInt8] {
        let algorithm: SignatureAlgorithm =
            switch digest {
            case .sha1: .rsaSHA1
            case .sha256: .rsaSHA256
            case .sha384: .rsaSHA384
            case .sha512: .rsaSHA512
            }
        do throws(SCEPRecipient.Failure) {
            return try await signer.sign(message, algorithm)
        } catch {
            switch error {
            case .overloaded(let retryAfter):
                throw Refusal(.overloaded, at: .release, detail: "the RA key's pool is full, free in \(retryAfter)")
            case .failed: throw Refusal(.internalFault, at: .release, detail: "the RA key does not sign")
            }
        }
    }
}

extension CertRep.Body {
    /// For the trail.
    fileprivate var words: String {
        switch self {
        case .pending: "CertRep PENDING"
        case .success: "CertRep SUCCESS"
        case .failure(let failInfo, _, _): "CertRep FAILURE, failInfo \(failInfo)"
        }
    }
}
