import ACMEWire
import EnrollmentCore
import Foundation
import HTTPTransport
import Logging
import Synchronization

/// Tries challenges in the background, a bounded number at a time.
///
/// That a challenge is processing stands in the database; who works on it only in memory. A challenge that nobody works on, after a
/// restart or because too many were in progress, is taken up when its client polls next.
final class ValidationRunner: Sendable {
    private let authorizations: AuthorizationStore
    private let accounts: AccountStore
    private let validator: HTTP01Validator
    private let options: ACMEOptions
    private let surroundings: Surroundings
    private let logger: Logger
    /// The account behind each challenge that is worked on.
    private let running = Mutex<[String: String]>([:])

    init(
        authorizations: AuthorizationStore, accounts: AccountStore, validator: HTTP01Validator, options: ACMEOptions,
        surroundings: Surroundings, logger: Logger
    ) {
        self.authorizations = authorizations
        self.accounts = accounts
        self.validator = validator
        self.options = options
        self.surroundings = surroundings
        self.logger = logger
    }

    /// Works on a processing challenge unless somebody does already, or the bound is reached, or the account's share of it: hosts that answer
    /// slowly keep only their own client waiting.
    func take(_ challenge: Challenge, of authorization: Authorization, account: Account) {
        let isMine = running.withLock { running in
            let share = max(1, options.maxValidations / 4)
            guard running[challenge.id] == nil, running.count < options.maxValidations,
                running.values.count(where: { $0 == account.id }) < share
            else { return false }
            running[challenge.id] = account.id
            return true
        }
        guard isMine else { return }
        FollowUp.start { [self] in
            do throws(ACMEProblem) {
                try await validate(challenge, authorization, account)
            } catch {
                logger.error(
                    "validation not recorded; the client's next poll tries again",
                    metadata: ["challenge": "\(challenge.id)", "reason": "\(error.refusal.privateDetail)"])
            }
            _ = running.withLock { $0.removeValue(forKey: challenge.id) }
        }
    }

    private func validate(_ challenge: Challenge, _ authorization: Authorization, _ account: Account) async throws(ACMEProblem) {
        var waits = options.validationRetries[...]
        while true {
            // A rollover since the offer changes the key authorization.
            guard let current = try await accounts.account(id: account.id, endpoint: account.endpoint), current.status == .valid else {
                return
            }
            switch await validator.validate(authorization.identifier, token: challenge.token, key: current.key) {
            case .proved:
                let now = surroundings.now
                _ = try await authorizations.succeed(challenge, at: now, until: now.addingTimeInterval(options.authorizationLifetime))
                return
            case .failed(let problem, let isFinal):
                if !isFinal, let wait = waits.popFirst() {
                    do { try await Task.sleep(for: .seconds(wait)) } catch { return }
                    continue
                }
                try await fail(challenge, authorization, problem)
                return
            }
        }
    }

    private func fail(_ challenge: Challenge, _ authorization: Authorization, _ problem: Problem) async throws(ACMEProblem) {
        logger.info("challenge failed", metadata: ["challenge": "\(challenge.id)", "reason": "\(problem.detail)"])
        let error = Problem(
            problem.type, "the authorization of \(authorization.identifier) failed: \(problem.detail)",
            subproblems: [.init(problem.type, problem.detail, identifier: authorization.identifier.body)])
        _ = try await authorizations.fail(challenge, with: problem, order: error)
    }
}
