import Foundation
import Persistence

/// Examines challenges: known at this endpoint, neither expired nor revoked, and a one-time one not yet spent by another request.
package struct ChallengeAuthenticator: Authenticator {
    private let store: ChallengeStore

    package init(store: ChallengeStore) { self.store = store }

    package func examine(_ credential: any Credential, in context: ExaminationContext) async throws(Refusal) -> [Proof] {
        guard let credential = credential as? ChallengeCredential else { return [] }
        guard !credential.secret.isEmpty, credential.secret.utf8.count <= 4096 else {
            throw Refusal(
                .unauthenticated, at: .authenticate, publicText: "a challenge is required", detail: "the challenge is empty or overlong")
        }
        let challenge: ChallengeStore.Challenge?
        do {
            challenge = try await store.find(secret: credential.secret, endpoint: context.endpoint.name)
        } catch {
            throw Refusal(.internalFault, at: .authenticate, detail: "\(error)")
        }
        guard let challenge else {
            throw refusal(
                "no such challenge at \(context.endpoint.name)",
                advice: "make one with `muster challenge new --endpoint \(context.endpoint.name)`")
        }
        guard challenge.revokedAt == nil else { throw refusal("challenge \(challenge.id) is revoked") }
        if let bound = challenge.bound, let proposal = context.request?.proposal, let difference = bound.difference(in: proposal) {
            throw refusal(
                "challenge \(challenge.id): \(difference)",
                advice: "let the device ask for what its challenge was made for; the challenge is not spent")
        }
        var claims: [WriteUnit] = []
        if challenge.isOneTime {
            switch challenge.redeemedBy {
            // Spent by the very same request: still good for its stored outcome, never for a second certificate, since the claim fails.
            case nil, context.requestDigest: claims = [store.claim(challenge, for: context.requestDigest)]
            case .some:
                throw refusal(
                    "challenge \(challenge.id) was spent by another request",
                    advice: "reuse of a one-time secret may mean that it leaked; make a new one")
            }
        }
        if let expiresAt = challenge.expiresAt, expiresAt <= context.instant, challenge.redeemedBy != context.requestDigest {
            throw refusal("challenge \(challenge.id) has expired", advice: "make a new one")
        }
        return [Proof(fact: .knowsChallenge, principal: "\(Self.principalPrefix)\(challenge.id)", covers: challenge.covers, claims: claims)]
    }

    package func stillHolds(_ proof: StoredProof, in context: ExaminationContext) async throws(Refusal) -> Bool {
        guard proof.fact == .knowsChallenge, proof.principal.hasPrefix(Self.principalPrefix) else { return false }
        do {
            let id = String(proof.principal.dropFirst(Self.principalPrefix.count))
            return try await store.find(id: id, endpoint: context.endpoint.name).map { $0.revokedAt == nil } ?? false
        } catch {
            throw Refusal(.internalFault, at: .authenticate, detail: "\(error)")
        }
    }

    private static let principalPrefix = "challenge:"

    private func refusal(_ detail: String, advice: String? = nil) -> Refusal {
        Refusal(.badCredential, at: .authenticate, publicText: "the challenge was not accepted", detail: detail, advice: advice)
    }
}
