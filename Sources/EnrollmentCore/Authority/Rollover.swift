import Foundation
import PKIFormats
import Persistence
import SigningKeys

/// Replaces the key of an authority without a gap (docs/ROLLOVER.md): prepare, activate, retire. Each step writes what is missing and
/// nothing twice, so that one which was cut off is simply repeated.
package struct Rollover: Sendable {
    /// A CA whose key is to be replaced by another.
    package struct Plan: Sendable {
        let authority: String
        let key: any SigningKey
        let keyName: String
        let former: (any SigningKey)?

        /// - Parameters:
        ///   - key: of the generation to come, found again by `keyName`.
        ///   - former: the active generation's, where it is a root: it vouches for the new key, and the new one for it.
        package init(_ authority: String, key: any SigningKey, keyName: String, former: (any SigningKey)? = nil) {
            self.authority = authority
            self.key = key
            self.keyName = keyName
            self.former = former
        }
    }

    private let store: GenerationStore
    private let certifier: GenerationCertifier
    private let surroundings: Surroundings
    private let baseURL: String

    package init(store: GenerationStore, certifier: GenerationCertifier, surroundings: Surroundings, baseURL: String) {
        self.store = store
        self.certifier = certifier
        self.surroundings = surroundings
        self.baseURL = baseURL
    }

    /// Has the next generation certified, by the CA that certified the active one or by itself, and a root by its predecessor too.
    /// - Parameter generations: all, with the key of the CA that signs.
    /// - Returns: the next generation's certificate.
    package func prepare(_ plan: Plan, among generations: [AuthorityGeneration]) async throws -> Certificate {
        let own = generations.filter { $0.identity.authority == plan.authority }
        guard let active = own.first(where: { $0.state == .active }), let current = active.identity.certificate else {
            throw Self.refusal("there is no active CA '\(plan.authority)'", advice: "`muster ca list` shows the CAs")
        }
        let next: Certificate
        if let prepared = own.first(where: { $0.state == .next })?.identity.certificate {
            guard prepared.publicKey == plan.key.publicKey else {
                throw Self.refusal(
                    "the CA '\(plan.authority)' has a next generation already", advice: "`muster ca rollover activate \(plan.authority)`")
            }
            next = prepared
        } else {
            next = try await certify(plan, current, among: generations)
            try await store.add(plan.authority, certificate: next, keyName: plan.keyName, state: .next)
        }
        if let former = plan.former, current.isSelfSigned {
            try await cross(plan, next: next, current: current, former: former)
        }
        return next
    }

    private func certify(_ plan: Plan, _ current: Certificate, among generations: [AuthorityGeneration]) async throws -> Certificate {
        if current.isSelfSigned {
            return try await certifier.certifyRoot(plan.key, as: current.subject, authority: plan.authority, baseURL: baseURL)
        }
        guard
            let issuer = generations.first(where: { $0.identity.certificate.map { current.isSigned(by: $0.publicKey) } == true }),
            let signer = generations.first(where: { $0.identity.authority == issuer.identity.authority && $0.state == .active })?.signer
        else {
            throw Self.refusal(
                "the key of the CA above '\(plan.authority)' is not here",
                advice: "`muster ca csr \(plan.authority)` makes a request for it, `muster ca import` takes its certificate")
        }
        return try await certifier.certify(
            plan.key, as: current.subject, template: DefaultTemplates.issuingAuthority(like: current), by: signer)
    }

    /// RFC 4210 §4.4: the new key signed with the old one, and the old key signed with the new one.
    private func cross(_ plan: Plan, next: Certificate, current: Certificate, former: any SigningKey) async throws {
        func authority(_ certificate: Certificate, _ key: any SigningKey) -> Authority {
            let identity = AuthorityIdentity(
                authority: plan.authority, subject: certificate.subject, publicKey: certificate.publicKey, certificate: certificate,
                baseURL: baseURL)
            return Authority(identity: identity, key: key)
        }
        for (key, issuer) in [(plan.key, authority(current, former)), (former, authority(next, plan.key))] {
            let certificate = try await certifier.certify(key, as: current.subject, template: "root-ca", by: issuer)
            try await store.addCross(certificate, issuerKey: issuer.identity.keyIdentifier)
        }
    }

    /// The next generation issues from now on; the one before goes on answering for what it issued.
    package func activate(_ authority: String) async throws {
        let own = try await store.all().filter { $0.authority == authority }
        guard let next = own.first(where: { $0.state == .next }) else {
            throw Self.refusal("the CA '\(authority)' has no next generation", advice: "`muster ca rollover prepare \(authority)`")
        }
        let validity = next.certificate.validity
        guard validity.notBefore <= surroundings.now, surroundings.now < validity.notAfter else {
            throw Self.refusal("the certificate of the next generation is not valid now", advice: "is the clock right?")
        }
        try await store.activateNext(of: authority)
    }

    /// Archives the retiring generations of an authority whose last certificate has expired.
    /// - Parameter anyway: even those that have certificates in use; nobody can check those any more.
    /// - Returns: the key identifiers of those that were archived.
    package func retire(_ authority: String, anyway: Bool = false) async throws -> [[UInt8]] {
        let retiring = try await store.all().filter { $0.authority == authority && $0.state == .retiring }
        guard !retiring.isEmpty else { throw Self.refusal("the CA '\(authority)' has no retiring generation", advice: "`muster ca list`") }
        var archived: [[UInt8]] = []
        var latest: Date?
        for generation in retiring {
            if !anyway, let end = try await store.lastExpiry(of: generation.certificate.authorityKey) {
                latest = max(latest ?? end, end)
                continue
            }
            try await store.archive(generation.certificate.authorityKey)
            archived.append(generation.certificate.authorityKey)
        }
        if archived.isEmpty, let latest {
            throw Self.refusal(
                "a certificate of the retiring generation is good until \(latest.formatted(.iso8601))",
                advice: "wait: the server archives it by itself then")
        }
        return archived
    }

    /// Archives every retiring generation that has nothing left to answer for.
    package func retireExpired() async throws -> [[UInt8]] {
        var archived: [[UInt8]] = []
        for generation in try await store.all() where generation.state == .retiring {
            guard try await store.lastExpiry(of: generation.certificate.authorityKey) == nil else { continue }
            try await store.archive(generation.certificate.authorityKey)
            archived.append(generation.certificate.authorityKey)
        }
        return archived
    }

    private static func refusal(_ text: String, advice: String) -> Refusal {
        Refusal(.conflict, at: .authorize, publicText: text, detail: text, advice: advice)
    }
}
