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
        var authorization = try await load(id, account)
        if !request.isPostAsGet {
            guard try request.payload(as: AuthorizationUpdatePayload.self).status == Authorization.Status.deactivated.rawValue else {
                throw ACMEProblem(.malformed, "the only change a client may make is status: deactivated")
            }
            let error = Problem(.unauthorized, "the authorization of \(authorization.identifier) was deactivated by its account")
            guard try await authorizations.deactivate(authorization, order: error) == .written else {
                throw ACMEProblem(.malformed, "the authorization is \(authorization.status(at: surroundings.now).rawValue) already")
            }
            authorization = try await load(id, account)
        }
        let challenges = try await authorizations.challenges(of: id)
        resume(challenges, of: authorization, account)
        return encoder.authorization(authorization, challenges: challenges)
    }

    /// Reads a challenge, or starts it. A second start changes nothing: clients repeat requests that timed out.
    func challenge(_ id: String, _ request: SignedRequest, _ encoder: ACMEReplyEncoder) async throws(ACMEProblem) -> ACMEReply {
        let account = try request.account()
        guard var challenge = try await authorizations.challenge(id: id),
            let authorization = try await authorizations.authorization(id: challenge.authorizationID, account: account)
        else { throw .notFound("challenge") }
        if !request.isPostAsGet {
            _ = try request.payload(as: ChallengePayload.self)
            if challenge.status == .pending, authorization.status(at: surroundings.now) == .pending {
                if try await authorizations.begin(challenge) == .written {
                    challenge = Challenge(begun: challenge)
                } else {
                    guard let begun = try await authorizations.challenge(id: id) else { throw .notFound("challenge") }
                    challenge = begun
                }
            }
        }
        resume([challenge], of: authorization, account)
        return encoder.challenge(challenge)
    }

    private func load(_ id: String, _ account: Account) async throws(ACMEProblem) -> Authorization {
        guard let authorization = try await authorizations.authorization(id: id, account: account) else { throw .notFound("authorization") }
        return authorization
    }

    private func resume(_ challenges: [Challenge], of authorization: Authorization, _ account: Account) {
        for challenge in challenges where challenge.status == .processing { runner.take(challenge, of: authorization, account: account) }
    }
}
