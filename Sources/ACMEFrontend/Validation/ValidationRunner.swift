import ACMEWire
import EnrollmentCore
import Foundation
import HTTPTransport
import Logging

/// Tries challenges in the background, a bounded number at a time; the next ones wait in line.
///
/// That a challenge is processing stands in the database; who works on it only in memory. A challenge that nobody works on, after a
/// restart or because too many were waiting, is taken up when its client polls next.
final class ValidationRunner: Sendable {
    private let orders: OrderStore
    private let accounts: AccountStore
    private let validator: HTTP01Validator
    private let options: ACMEOptions
    private let surroundings: Surroundings
    private let logger: Logger
    private let line: ValidationLine

    init(
        orders: OrderStore, accounts: AccountStore, validator: HTTP01Validator, options: ACMEOptions, surroundings: Surroundings,
        logger: Logger
    ) {
        self.orders = orders
        self.accounts = accounts
        self.validator = validator
        self.options = options
        self.surroundings = surroundings
        self.logger = logger
        line = ValidationLine(limit: options.maxValidations)
    }

    /// Works on a challenge unless somebody does already, or sees to it that it comes when there is room.
    func take(_ position: Int, of order: Order, account: Account) {
        let job = ValidationLine.Job(position: position, order: order, account: account, end: nil)
        if line.admit(job) == .starts { start(job) }
    }

    /// The same, and waits for the verdict for a moment, in line too.
    /// - Returns: whether it is written.
    func start(_ position: Int, of order: Order, account: Account) async -> Bool {
        let end = Milestone()
        let job = ValidationLine.Job(position: position, order: order, account: account, end: end)
        switch line.admit(job) {
        case .starts: start(job)
        case .waits: break
        case .refused: end.miss()
        }
        return await end.wait(upTo: .seconds(options.validationPatience))
    }

    private func start(_ job: ValidationLine.Job) {
        FollowUp.start { await self.work(job) }
    }

    private func work(_ job: ValidationLine.Job) async {
        do throws(ACMEProblem) {
            try await validate(job)
        } catch {
            logger.error(
                "validation not recorded; the client's next poll tries again",
                metadata: ["challenge": "\(job.name)", "reason": "\(error.refusal.privateDetail)"])
        }
        job.end?.reach()
        if let next = line.leave(job) { start(next) }
    }

    private func validate(_ job: ValidationLine.Job) async throws(ACMEProblem) {
        guard let authorization = job.order.authorization(job.position) else { return }
        var waits = options.validationRetries[...]
        while true {
            // A rollover since the offer changes the key authorization.
            guard let current = try await accounts.account(id: job.account.id, endpoint: job.account.endpoint), current.status == .valid
            else {
                return
            }
            switch await validator.validate(authorization.identifier, token: authorization.challenge.token, key: current.key) {
            case .proved:
                return try await succeed(job, authorization.identifier)
            case .failed(let problem, let isFinal):
                if !isFinal, let wait = waits.popFirst() {
                    // A host that is not there yet keeps its client no longer.
                    if wait >= 1 { job.end?.miss() }
                    do { try await Task.sleep(for: .seconds(wait)) } catch { return }
                    continue
                }
                return try await fail(job, authorization.identifier, problem)
            }
        }
    }

    private func succeed(_ job: ValidationLine.Job, _ identifier: Identifier) async throws(ACMEProblem) {
        let now = surroundings.now
        let expires = now.addingTimeInterval(options.authorizationLifetime)
        // The claim of a finalize is written after it, or with it; without one it may be lost: the challenge is tried again then.
        _ = try await orders.change(job.order.id, endpoint: job.order.endpoint, waits: false) { order in
            guard order.succeed(job.position, at: now, until: expires) else { return nil }
            return [AuthorizedNames.adding(identifier, of: order, until: expires)]
        }
    }

    private func fail(_ job: ValidationLine.Job, _ identifier: Identifier, _ problem: Problem) async throws(ACMEProblem) {
        logger.info("challenge failed", metadata: ["challenge": "\(job.name)", "reason": "\(problem.detail)"])
        let error = Problem(
            problem.type, "the authorization of \(identifier) failed: \(problem.detail)",
            subproblems: [.init(problem.type, problem.detail, identifier: identifier.body)])
        _ = try await orders.change(job.order.id, endpoint: job.order.endpoint) { order in
            order.fail(job.position, with: problem, order: error) ? [] : nil
        }
    }
}
