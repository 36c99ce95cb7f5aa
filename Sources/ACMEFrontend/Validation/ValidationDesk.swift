import ACMEWire
import EnrollmentCore
import Foundation

/// Authorizations and challenges (RFC 8555 §7.5).
struct ValidationDesk: Sendable {
    let orders: OrderStore
    let runner: ValidationRunner
    let surroundings: Surroundings

    /// Reads or deactivates an authorization.
    func authorization(
        _ position: Int, of id: String, _ request: SignedRequest, _ encoder: ACMEReplyEncoder
    ) async throws(ACMEProblem) -> ACMEReply {
        let account = try request.account()
        var (order, authorization) = try await load(id, position, account, "authorization")
        if !request.isPostAsGet {
            guard try request.payload(as: AuthorizationUpdatePayload.self).status == Authorization.Status.deactivated.rawValue else {
                throw ACMEProblem(.malformed, "the only change a client may make is status: deactivated")
            }
            guard try await deactivate(authorization.identifier, at: position, of: order) else {
                throw ACMEProblem(.malformed, "the authorization is \(authorization.status(at: surroundings.now).rawValue) already")
            }
            (order, authorization) = try await load(id, position, account, "authorization")
        }
        resume(authorization.challenge, position, of: order, account)
        return encoder.authorization(authorization, position, of: order)
    }

    /// - Returns: false when it was over already.
    private func deactivate(_ identifier: Identifier, at position: Int, of order: Order) async throws(ACMEProblem) -> Bool {
        let error = Problem(.unauthorized, "the authorization of \(identifier) was deactivated by its account")
        var isDone = false
        _ = try await orders.change(order.id, endpoint: order.endpoint) { order in
            isDone = order.deactivate(position, order: error)
            return isDone ? [AuthorizedNames.removing(identifier, of: order)] : nil
        }
        return isDone
    }

    /// Reads a challenge, or starts it. A second start changes nothing: clients repeat requests that timed out.
    ///
    /// The answer waits for the verdict a moment, which spares a transaction and mostly the client a poll. A failure is durable when it is told; a
    /// success may be lost in a crash within a moment, and is then earned anew.
    func challenge(
        _ position: Int, of id: String, _ request: SignedRequest, _ encoder: ACMEReplyEncoder
    ) async throws(ACMEProblem) -> ACMEReply {
        let account = try request.account()
        var (order, authorization) = try await load(id, position, account, "challenge")
        if !request.isPostAsGet {
            _ = try request.payload(as: ChallengePayload.self)
            if authorization.challenge.status == .pending, authorization.status(at: surroundings.now) == .pending {
                if await !runner.start(position, of: order, account: account) {
                    // Before the client is told so: a restart in between is noticed at its next poll.
                    _ = try await orders.change(id, endpoint: order.endpoint) { $0.begin(position) ? [] : nil }
                }
                (order, authorization) = try await load(id, position, account, "challenge")
            }
        }
        resume(authorization.challenge, position, of: order, account)
        return encoder.challenge(authorization.challenge, position, of: order)
    }

    private func load(
        _ id: String, _ position: Int, _ account: Account, _ what: String
    ) async throws(ACMEProblem) -> (Order, Authorization) {
        guard let order = try await orders.order(id: id, account: account), let authorization = order.authorization(position) else {
            throw .notFound(what)
        }
        return (order, authorization)
    }

    private func resume(_ challenge: Challenge, _ position: Int, of order: Order, _ account: Account) {
        if challenge.status == .processing { runner.take(position, of: order, account: account) }
    }
}
