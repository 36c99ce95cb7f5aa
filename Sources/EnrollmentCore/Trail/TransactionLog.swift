import Foundation
import Logging
import PKIFormats
import Persistence
import Synchronization

/// The rows of `transactions`: what an operator reads, whatever the protocol.
package struct TransactionLog: Sendable {
    /// How a transaction ended, or stands.
    package enum Outcome: String, Sendable, CaseIterable {
        /// Durable intent; only a crash leaves it so.
        case recorded
        case released, replayed, pending, refused, revoked, failed
        /// A certificate was taken off hold.
        case unrevoked
    }

    private let database: any Database
    private let surroundings: Surroundings
    private let logger: Logger
    private let allowance: Allowance

    package init(database: any Database, surroundings: Surroundings, logger: Logger) {
        self.database = database
        self.surroundings = surroundings
        self.logger = logger
        allowance = Allowance(surroundings.clock)
    }

    /// The row of a decoded request.
    static func row(
        for request: IssuanceRequest, principal: String?, outcome: Outcome, serial: [UInt8]? = nil, refusal: Refusal? = nil, trail: Trail,
        finishedAt: Date? = nil
    ) -> Statement {
        row(
            request.id, request.arrival, principal: principal, subject: request.proposal.certificationRequest.subject.description,
            names: request.proposal.alternativeNames.map(\.description).joined(separator: ", "), outcome: outcome, serial: serial,
            refusal: refusal,
            trail: trail, finishedAt: finishedAt)
    }

    static func row(
        _ id: RequestID, _ arrival: Arrival, principal: String?, subject: String? = nil, names: String? = nil, outcome: Outcome,
        serial: [UInt8]? = nil, refusal: Refusal? = nil, trail: Trail, finishedAt: Date? = nil
    ) -> Statement {
        Statement(
            """
            INSERT INTO transactions (id, started_at, finished_at, endpoint, operation, peer, user_agent, principal, subject, names, outcome, code,
                stage, advice, serial, trail)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .blob(id.bytes), .date(arrival.instant), .date(finishedAt), .text(arrival.endpoint.printable),
                .text(arrival.operation.printable), .optional(arrival.peer), .optional(arrival.userAgent?.printable),
                .optional(principal?.printable), .optional(subject.map { String($0.prefix(500)).printable }),
                .optional(names.map { String($0.prefix(2000)).printable }), .text(outcome.rawValue), .optional(refusal?.code.rawValue),
                .optional(refusal?.stage.rawValue), .optional(refusal?.advice), .optional(serial), .text(trail.json),
            ])
    }

    /// Closes the row that `record` opened.
    static func finish(_ id: RequestID, outcome: Outcome, trail: Trail, at instant: Date) -> Statement {
        Statement(
            "UPDATE transactions SET outcome = ?, trail = ?, finished_at = ? WHERE id = ?",
            [.text(outcome.rawValue), .text(trail.json), .date(instant), .blob(id.bytes)])
    }

    /// The trail as written so far; empty where there is none.
    func trail(of id: RequestID) async throws(Refusal) -> Trail {
        do {
            return Trail(
                json: try await database.read("SELECT trail FROM transactions WHERE id = ?", [.blob(id.bytes)]).first?.text("trail") ?? "[]"
            )
        } catch {
            throw IssuanceLedger.refusal(for: error, at: .settle)
        }
    }

    /// Writes a row of its own; a failure to write is logged, for the client's answer stands already.
    func write(_ statement: Statement) async {
        do {
            try await database.write(WriteUnit([statement]))
        } catch {
            logger.error("a transaction's trail was lost", metadata: ["error": "\(error)"])
        }
    }

    /// Records a request that never became an `IssuanceRequest`, at a bounded rate, so that garbage cannot fill the disk.
    package func refuse(_ refusal: Refusal, arrival: Arrival) async {
        await refuse(refusal, isFromStranger: true, trail: Trail()) { trail in
            Self.row(
                RequestID(in: surroundings), arrival, principal: nil, outcome: .refused, refusal: refusal, trail: trail,
                finishedAt: surroundings.now)
        }
    }

    /// Records the refusal of a decoded request. One that was recorded before it failed keeps its row.
    func refuse(_ refusal: Refusal, request: IssuanceRequest, trail: Trail) async {
        // Whoever has come past authentication is no stranger.
        await refuse(refusal, isFromStranger: refusal.stage == .decode || refusal.stage == .authenticate, trail: trail) { trail in
            var statement = Self.row(
                for: request, principal: nil, outcome: .refused, refusal: refusal, trail: trail, finishedAt: surroundings.now)
            statement = Statement(
                statement.sql
                    + " ON CONFLICT (id) DO UPDATE SET code = excluded.code, stage = excluded.stage, advice = excluded.advice, trail = excluded.trail",
                statement.parameters)
            return statement
        }
    }

    private func refuse(_ refusal: Refusal, isFromStranger: Bool, trail: Trail, row: (Trail) -> Statement) async {
        logger.info(
            "refused", metadata: ["code": "\(refusal.code)", "stage": "\(refusal.stage)", "detail": "\(refusal.privateDetail.printable)"])
        guard !isFromStranger || allowance.take() else { return }
        var trail = trail
        trail.note(refusal.stage, "refused (\(refusal.code.rawValue)): \(refusal.privateDetail). Advice: \(refusal.advice)")
        await write(row(trail))
    }

    /// A token bucket: a burst of 200 rows, then 20 a second.
    private final class Allowance: Sendable {
        private let clock: any WallClock
        private let state: Mutex<(tokens: Double, filledAt: Date)>

        init(_ clock: any WallClock) {
            self.clock = clock
            state = Mutex((200, clock.now))
        }

        func take() -> Bool {
            let now = clock.now
            return state.withLock { state in
                state.tokens = min(200, state.tokens + max(0, now.timeIntervalSince(state.filledAt)) * 20)
                state.filledAt = now
                guard state.tokens >= 1 else { return false }
                state.tokens -= 1
                return true
            }
        }
    }
}
