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
    private let rawRequests: RawRequests?

    /// - Parameter rawRequests: keeps what arrived; nil where the passphrase is not known.
    package init(database: any Database, surroundings: Surroundings, logger: Logger, rawRequests: RawRequests? = nil) {
        self.rawRequests = rawRequests
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
                .optional(principal?.printable), .optional(subject?.cut(to: 500).printable),
                .optional(names?.cut(to: 2000).printable), .text(outcome.rawValue), .optional(refusal?.code.rawValue),
                .optional(refusal?.stage.rawValue), .optional(refusal?.advice), .optional(serial), .text(trail.json),
            ])
    }

    /// The row of something that an operator did to the configuration, for the transaction that does it.
    package static func administrativeRow(_ arrival: Arrival, by principal: String, id: RequestID, trail: Trail) -> Statement {
        row(id, arrival, principal: principal, outcome: .released, trail: trail, finishedAt: arrival.instant)
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
    func write(_ statement: Statement) async { await write(WriteUnit([statement])) }

    private func write(_ unit: WriteUnit) async {
        do {
            try await database.write(unit)
        } catch {
            logger.error("a transaction's trail was lost", metadata: ["error": "\(error)"])
        }
    }

    /// Records a request that never became an `IssuanceRequest`, at a bounded rate, so that garbage cannot fill the disk.
    package func refuse(_ refusal: Refusal, arrival: Arrival) async {
        let id = RequestID(in: surroundings)
        Exchange.current?.leads(to: id)
        await refuse(refusal, id, arrival, isFromStranger: true, trail: Trail()) { trail in
            Self.row(id, arrival, principal: nil, outcome: .refused, refusal: refusal, trail: trail, finishedAt: surroundings.now)
        }
    }

    /// Records the refusal of a decoded request. One that was recorded before it failed keeps its row.
    func refuse(_ refusal: Refusal, request: IssuanceRequest, trail: Trail) async {
        // Whoever has come past authentication is no stranger.
        let isFromStranger = refusal.stage == .decode || refusal.stage == .authenticate
        await refuse(refusal, request.id, request.arrival, isFromStranger: isFromStranger, trail: trail) { trail in
            var statement = Self.row(
                for: request, principal: trail.principal, outcome: .refused, refusal: refusal, trail: trail, finishedAt: surroundings.now)
            statement = Statement(
                statement.sql
                    + " ON CONFLICT (id) DO UPDATE SET code = excluded.code, stage = excluded.stage, advice = excluded.advice, trail = excluded.trail",
                statement.parameters)
            return statement
        }
    }

    /// Keeps what arrived where the configuration wants all of it; refused requests keep theirs with their row.
    func keepRaw(_ request: IssuanceRequest) async {
        guard let statement = rawRequests?.statement(request.id, request.arrival, isRefused: false) else { return }
        await write(statement)
    }

    private func refuse(
        _ refusal: Refusal, _ id: RequestID, _ arrival: Arrival, isFromStranger: Bool, trail: Trail, row: (Trail) -> Statement
    ) async {
        logger.info(
            "refused", metadata: ["code": "\(refusal.code)", "stage": "\(refusal.stage)", "detail": "\(refusal.privateDetail.printable)"])
        guard let suppressed = isFromStranger ? allowance.take() : 0 else { return }
        var trail = trail
        trail.note(refusal.stage, "refused (\(refusal.code.rawValue)): \(refusal.privateDetail). Advice: \(refusal.advice)")
        let entry = AuditEntry(
            .refused, at: surroundings.now,
            [
                "id": id.description, "endpoint": arrival.endpoint, "operation": arrival.operation, "peer": arrival.peer,
                "principal": trail.principal, "code": refusal.code.rawValue, "stage": refusal.stage.rawValue,
                "unlisted": suppressed == 0 ? nil : String(suppressed),
            ])
        let raw = rawRequests?.statement(id, arrival, isRefused: true)
        await write(WriteUnit([row(trail), raw].compactMap(\.self), journal: [entry.json]))
    }

    /// A token bucket: a burst of 200 rows, then 20 a second.
    private final class Allowance: Sendable {
        private let clock: any WallClock
        private let state: Mutex<(tokens: Double, filledAt: Date, suppressed: Int)>

        init(_ clock: any WallClock) {
            self.clock = clock
            state = Mutex((200, clock.now, 0))
        }

        /// How many refusals since the last one were left out; nil: leave this out too.
        func take() -> Int? {
            let now = clock.now
            return state.withLock { state in
                state.tokens = min(200, state.tokens + max(0, now.timeIntervalSince(state.filledAt)) * 20)
                state.filledAt = now
                guard state.tokens >= 1 else {
                    state.suppressed += 1
                    return nil
                }
                state.tokens -= 1
                defer { state.suppressed = 0 }
                return state.suppressed
            }
        }
    }
}
