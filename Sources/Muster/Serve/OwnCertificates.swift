import EnrollmentCore
import PKIFormats
import SCEPFrontend
import SigningKeys
import Synchronization

/// The CA's own certificates as the listeners use them now, for every generation whose key is here: replaced while the server runs.
final class OwnCertificates: Sendable {
    /// A key and its certificates, the current one first.
    typealias KeyPair = (key: any DecryptingKey, certificates: [Certificate])

    struct SplitRegistrationAuthority: Sendable {
        let signing: KeyPair
        let encryption: KeyPair
    }

    fileprivate struct OfGeneration: Sendable {
        let identity: AuthorityIdentity
        let state: GenerationState
        let combined: KeyPair?
        let split: SplitRegistrationAuthority?
        let caMode: CAModeKey?
        let ocspResponder: (key: any SigningKey, certificate: Certificate)
    }

    private let keeper: SystemCertificateKeeper
    private let authorities: AuthorityRegistry
    private let state = Mutex(State())

    private struct State: Sendable {
        var generations: [OfGeneration] = []
        /// What was put together from them, by authority and mode; every SCEP message asks.
        var identities: [String: [SCEPOptions.Mode: SCEPIdentity]] = [:]
    }

    /// Empty until `refresh()`.
    init(_ keeper: SystemCertificateKeeper, authorities: AuthorityRegistry) {
        self.keeper = keeper
        self.authorities = authorities
    }

    /// Looks at every generation: makes what is missing, renews what is due, forgets what is archived.
    func refresh() async throws {
        var fresh: [OfGeneration] = []
        for generation in authorities.generations where generation.signer != nil {
            fresh.append(
                OfGeneration(
                    identity: generation.identity, state: generation.state,
                    combined: try await keeper.registrationAuthority(of: generation),
                    split: try await keeper.splitRegistrationAuthority(of: generation), caMode: generation.signer?.caModeKey,
                    ocspResponder: try await keeper.ocspResponder(of: generation)))
        }
        let complete = fresh
        state.withLock { $0 = State(generations: complete) }
    }

    /// Who answers OCSP requests for which generation.
    var delegations: [OCSPResponder.Delegation] {
        state.withLock(\.generations).map { entry in
            OCSPResponder.Delegation(issuer: entry.identity, key: entry.ocspResponder.key) { entry.ocspResponder.certificate }
        }
    }

    /// An authority as the clients of an endpoint see it: whom its mode names, of the active generation. Besides, what is encrypted to the
    /// others of the authority, to the next generation and to retiring ones is opened too, and answered by whom it is encrypted to; to the
    /// CA itself only in CA mode.
    func scepIdentity(of authority: String, mode: SCEPOptions.Mode) throws(Refusal) -> SCEPIdentity {
        try state.withLock { state throws(Refusal) in
            if let known = state.identities[authority]?[mode] { return known }
            let identity = try identity(of: authority, mode, state.generations.filter { $0.identity.authority == authority })
            state.identities[authority, default: [:]][mode] = identity
            return identity
        }
    }

    private func identity(of authority: String, _ mode: SCEPOptions.Mode, _ own: [OfGeneration]) throws(Refusal) -> SCEPIdentity {
        guard let active = own.first(where: { $0.state == .active }), let speaker = active.speaker(mode) else {
            throw Refusal(
                .internalFault, at: .decode, detail: "authority '\(authority)' has no certificate for mode \(mode.rawValue)",
                advice: "`muster ca list` shows the CAs, `muster endpoint option` an endpoint's mode")
        }
        let others = own.filter { $0.state == .next } + own.filter { $0.state == .retiring }
        let modes = [mode] + [SCEPOptions.Mode.ra, .splitRA].filter { $0 != mode }
        let recipients = ([active] + others).flatMap { entry in
            modes.compactMap(entry.speaker).flatMap { other in
                other.recipients.map { recipient in
                    SCEPRecipient(
                        certificate: recipient.certificate, addressee: entry.state == .next ? entry.identity.keyIdentifier : nil,
                        signer: other.signer, decrypt: recipient.decrypt)
                }
            }
        }
        return SCEPIdentity(
            signer: speaker.signer, recipients: recipients, registrationAuthorities: speaker.registrationAuthorities,
            issuers: active.issuers, otherGenerations: others.compactMap(\.identity.certificate),
            next: next(among: own, after: active, mode))
    }

    /// What GetNextCACert gives: whom the mode names in the next generation, then the CA certificates above.
    private func next(among own: [OfGeneration], after active: OfGeneration, _ mode: SCEPOptions.Mode) -> SCEPIdentity.Next? {
        guard let next = own.first(where: { $0.state == .next }), let speaker = next.speaker(mode),
            let signer = authorities.generation(issuerKey: active.identity.keyIdentifier)?.signer, signer.algorithm.hash != nil
        else { return nil }
        return SCEPIdentity.Next(NextCACertificates(speaker.registrationAuthorities + next.issuers)) {
            [keeper] certificates throws(Refusal) in
            try await signer.sign(certificates, at: keeper.services.surroundings.now)
        }
    }

    fileprivate static func perform(_ step: () async throws -> [UInt8]) async throws(SCEPRecipient.Failure) -> [UInt8] {
        do {
            return try await step()
        } catch let overload as Overloaded {
            throw .overloaded(retryAfter: overload.retryAfter)
        } catch {
            throw .failed
        }
    }
}

/// Who opens requests and signs replies in one mode.
private struct Speaker: Sendable {
    let signer: SCEPSigner
    let recipients: [SCEPRecipient]
    /// As GetCACert lists them.
    let registrationAuthorities: [Certificate]
}

extension OwnCertificates.OfGeneration {
    fileprivate var issuers: [Certificate] { identity.chain + (identity.root.map { [$0] } ?? []) }

    /// Nil where the generation has nobody for this mode.
    fileprivate func speaker(_ mode: SCEPOptions.Mode) -> Speaker? {
        switch mode {
        case .ra: combined.flatMap { Self.speaker(signing: $0, opening: $0) }
        case .splitRA: split.flatMap { Self.speaker(signing: $0.signing, opening: $0.encryption) }
        case .ca: caMode.map(Self.speaker)
        }
    }

    private static func speaker(signing: OwnCertificates.KeyPair, opening: OwnCertificates.KeyPair) -> Speaker? {
        guard let current = signing.certificates.first, let encryption = opening.certificates.first else { return nil }
        let key = signing.key
        let signer = SCEPSigner(certificate: current) { message, algorithm throws(SCEPRecipient.Failure) in
            try await OwnCertificates.perform { try await key.sign(message, algorithm: algorithm) }
        }
        let recipients = opening.certificates.map { certificate in
            SCEPRecipient(certificate: certificate) { [key = opening.key] enveloped throws(SCEPRecipient.Failure) in
                try await OwnCertificates.perform { try await key.decrypt(enveloped: enveloped, recipient: certificate) }
            }
        }
        return Speaker(
            signer: signer, recipients: recipients, registrationAuthorities: current == encryption ? [current] : [current, encryption])
    }

    private static func speaker(_ key: CAModeKey) -> Speaker {
        Speaker(
            signer: SCEPSigner(certificate: key.certificate) { message, algorithm throws(SCEPRecipient.Failure) in
                try await OwnCertificates.perform { try await key.sign(attributes: message, algorithm: algorithm) }
            },
            recipients: [
                SCEPRecipient(certificate: key.certificate) { enveloped throws(SCEPRecipient.Failure) in
                    try await OwnCertificates.perform { try await key.decrypt(enveloped: enveloped) }
                }
            ], registrationAuthorities: [])
    }
}
