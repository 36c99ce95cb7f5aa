import ACMEWire
import EnrollmentCore
import Foundation

/// Authorizations and challenges (RFC 8555 §7.5).
struct ValidationDesk: Sendable {
    let authorizations: AuthorizationStore
    let runner: ValidationRunner
    let surroundings: Surroundings

    /// Reads or deactivates an authorization.
    func authorization(_ id: String, _ request: SignedRequest, _ encoder: ACMEReplyEncoder) async throws(ACMEProblem) -> ACMEReply {
        let account = try request.account()
        var (authorization, challenges) = try await load(id, account)
        if !request.isPostAsGet {
            guard try request.payload(as: AuthorizationUpdatePayload.self).status == Authorization.Status.deactivated.rawValue else {
                throw ACMEProblem(.malformed, "the only change a client may make is status: deactivated")
            }
            let error = Problem(.unauthorized, "the authorization of \(authorization.identifier) was deactivated by its account")
            guard try await authorizations.deactivate(authorization, order: error) == .written else {
                throw ACMEProblem(.malformed, "the authorization is \(authorization.status(at: surroundings.now).rawValue) already")
            }
            (authorization, challenges) = try await load(id, account)
        }
        resume(challenges, of: authorization, account)
        return encoder.authorization(authorization, challenges: challenges)
    }

    /// Reads a challenge, or starts it. A second start changes nothing: clients repeat requests that timed out.
    ///
    /// The answer waits for the verdict a moment, which spares a transaction and mostly the client a poll: what it tells is durable either way.
    func challenge(_ id: String, _ request: SignedRequest, _ encoder: ACMEReplyEncoder) async throws(ACMEProblem) -> ACMEReply {
        let account = try request.account()
        guard var (authorization, challenge) = try await authorizations.challenge(id: id, account: account) else {
            throw .notFound("challenge")
        }
        if !request.isPostAsGet {
            _ = try request.payload(as: ChallengePayload.self)
            if challenge.status == .pending, authorization.status(at: surroundings.now) == .pending {
                if await !runner.start(challenge, of: authorization, account: account) { _ = try await authorizations.begin(challenge) }
                guard let now = try await authorizations.challenge(id: id, account: account) else { throw .notFound("challenge") }
                (authorization, challenge) = now
            }
        }
        resume([challenge], of: authorization, account)
        return encoder.challenge(challenge)
    }

    private func load(_ id: String, _ account: Account) async throws(ACMEProblem) -> (Authorization, [Challenge]) {
        guard let found = try await authorizations.authorization(id: id, account: account) else { throw .notFound("authorization") }
        return found
    }

    private func resume(_ challenges: [Challenge], of authorization: Authorization, _ account: Account) {
        for challenge in challenges where challenge.status == .processing { runner.take(challenge, of: authorization, account: account) }
    }
}
