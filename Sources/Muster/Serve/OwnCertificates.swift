import EnrollmentCore
import PKIFormats
import SCEPFrontend
import SigningKeys
import Synchronization

/// The CA's own certificates as the listeners use them now, for every generation whose key is here: replaced while the server runs.
final class OwnCertificates: Sendable {
    private struct OfGeneration: Sendable {
        let identity: AuthorityIdentity
        let state: GenerationState
        let registrationAuthority: (key: any DecryptingKey, certificates: [Certificate])?
        let ocspResponder: (key: any SigningKey, certificate: Certificate)
    }

    private let keeper: SystemCertificateKeeper
    private let authorities: AuthorityRegistry
    private let state = Mutex<[OfGeneration]>([])

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
                    registrationAuthority: try await keeper.registrationAuthority(of: generation),
                    ocspResponder: try await keeper.ocspResponder(of: generation)))
        }
        let complete = fresh
        state.withLock { $0 = complete }
    }

    /// Who answers OCSP requests for which generation.
    var delegations: [OCSPResponder.Delegation] {
        state.withLock { $0 }.map { entry in
            OCSPResponder.Delegation(issuer: entry.identity, key: entry.ocspResponder.key) { entry.ocspResponder.certificate }
        }
    }

    /// An authority as SCEP clients see it: the RA of its active generation; besides, what is encrypted to the next one's, and to those
    /// of retiring generations, is opened too, and answered by the RA it is encrypted to.
    func scepIdentity(of authority: String) throws(Refusal) -> SCEPIdentity {
        let own = state.withLock { $0 }.filter { $0.identity.authority == authority }
        guard let active = own.first(where: { $0.state == .active }), let certificate = active.registrationAuthority?.certificates.first,
            let signer = signer(active)
        else {
            throw Refusal(
                .internalFault, at: .decode, detail: "authority '\(authority)' has no RA certificate",
                advice: "`muster ca list` shows the CAs")
        }
        let others = own.filter { $0.state == .next } + own.filter { $0.state == .retiring }
        return SCEPIdentity(
            signer: signer, recipients: ([active] + others).flatMap(recipients), registrationAuthorities: [certificate],
            issuers: Self.issuers(active), otherGenerations: others.compactMap(\.identity.certificate))
    }

    /// What GetNextCACert gives: the RA of the next generation, then the CA certificates above it; nil while there is none.
    func nextCertificates(of authority: String) -> [Certificate]? {
        guard let next = state.withLock({ $0 }).first(where: { $0.identity.authority == authority && $0.state == .next }) else {
            return nil
        }
        return (next.registrationAuthority?.certificates.prefix(1).map { $0 } ?? []) + Self.issuers(next)
    }

    private static func issuers(_ entry: OfGeneration) -> [Certificate] { entry.identity.chain + (entry.identity.root.map { [$0] } ?? []) }

    private func signer(_ entry: OfGeneration) -> SCEPSigner? {
        guard let (key, certificates) = entry.registrationAuthority, let current = certificates.first else { return nil }
        return SCEPSigner(certificate: current) { message, algorithm throws(SCEPRecipient.Failure) in
            try await Self.perform { try await key.sign(message, algorithm: algorithm) }
        }
    }

    private func recipients(_ entry: OfGeneration) -> [SCEPRecipient] {
        guard let (key, certificates) = entry.registrationAuthority else { return [] }
        return certificates.map { certificate in
            SCEPRecipient(
                certificate: certificate, addressee: entry.state == .next ? entry.identity.keyIdentifier : nil,
                signer: entry.state == .active ? nil : signer(entry)
            ) { enveloped throws(SCEPRecipient.Failure) in
                try await Self.perform { try await key.decrypt(enveloped: enveloped, recipient: certificate) }
            }
        }
    }

    private static func perform(_ step: () async throws -> [UInt8]) async throws(SCEPRecipient.Failure) -> [UInt8] {
        do {
            return try await step()
        } catch let overload as Overloaded {
            throw .overloaded(retryAfter: overload.retryAfter)
        } catch {
            throw .failed
        }
    }
}
