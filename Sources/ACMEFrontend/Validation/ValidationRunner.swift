import ACMEWire
import EnrollmentCore
import Foundation
import HTTPTransport
import Logging
import Synchronization

/// Tries challenges in the background, a bounded number at a time; the next ones wait in line.
///
/// That a challenge is processing stands in the database; who works on it only in memory. A challenge that nobody works on, after a
/// restart or because too many were waiting, is taken up when its client polls next.
final class ValidationRunner: Sendable {
    private struct Job {
        let challenge: Challenge
        let authorization: Authorization
        let account: Account
    }

    private struct State {
        /// The account behind each challenge that is worked on.
        var running: [String: String] = [:]
        var waiting: [Job] = []
    }

    private enum Admission {
        case starts, waits, refused
    }

    private let authorizations: AuthorizationStore
    private let accounts: AccountStore
    private let validator: HTTP01Validator
    private let options: ACMEOptions
    private let surroundings: Surroundings
    private let logger: Logger
    private let state = Mutex(State())

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

    /// Works on a challenge unless somebody does already, or sees to it that it comes when there is room.
    func take(_ challenge: Challenge, of authorization: Authorization, account: Account) {
        let job = Job(challenge: challenge, authorization: authorization, account: account)
        if admit(job) == .starts { FollowUp.start { await self.work(job) } }
    }

    /// The same, and waits for the verdict for a moment.
    /// - Returns: whether it is written.
    func start(_ challenge: Challenge, of authorization: Authorization, account: Account) async -> Bool {
        let job = Job(challenge: challenge, authorization: authorization, account: account)
        guard admit(job) == .starts else { return false }
        return await FollowUp.start(waitingUpTo: .seconds(options.validationPatience)) { await self.work(job) }
    }

    private func admit(_ job: Job) -> Admission {
        state.withLock { state in
            guard state.running[job.challenge.id] == nil, !state.waiting.contains(where: { $0.challenge.id == job.challenge.id }) else {
                return .refused
            }
            if hasRoom(for: job, state) {
                state.running[job.challenge.id] = job.account.id
                return .starts
            }
            guard state.waiting.count < options.maxValidations * 16 else { return .refused }
            state.waiting.append(job)
            return .waits
        }
    }

    /// An account has a share of the bound only: hosts that answer slowly keep only their own client waiting.
    private func hasRoom(for job: Job, _ state: State) -> Bool {
        let share = max(1, options.maxValidations / 4)
        return state.running.count < options.maxValidations && state.running.values.count(where: { $0 == job.account.id }) < share
    }

    private func work(_ job: Job) async {
        do throws(ACMEProblem) {
            try await validate(job.challenge, job.authorization, job.account)
        } catch {
            logger.error(
                "validation not recorded; the client's next poll tries again",
                metadata: ["challenge": "\(job.challenge.id)", "reason": "\(error.refusal.privateDetail)"])
        }
        let next = state.withLock { state -> Job? in
            state.running[job.challenge.id] = nil
            guard let position = state.waiting.firstIndex(where: { hasRoom(for: $0, state) }) else { return nil }
            let next = state.waiting.remove(at: position)
            state.running[next.challenge.id] = next.account.id
            return next
        }
        if let next { FollowUp.start { await self.work(next) } }
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
