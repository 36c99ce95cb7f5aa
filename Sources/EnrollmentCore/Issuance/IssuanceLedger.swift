import Foundation
import PKIFormats
import Persistence

/// The durable memory of issuance. What it has not recorded is never signed; what it has released is never signed again.
/// `SigningTicket.swift`, `IssuedCertificate.swift` and `ReleasedIssuance.swift` hold the steps that make those types.
package struct IssuanceLedger: Sendable {
    let database: any Database
    let surroundings: Surroundings
    /// How long the very same request gets the very same outcome, in seconds.
    let replayWindow: TimeInterval
    /// How long a recorded issuance belongs to whoever recorded it, in seconds.
    let lease: TimeInterval
    /// How many requests of one principal may wait for people at one endpoint.
    let heldLimit: Int

    package init(
        database: any Database, surroundings: Surroundings, replayWindow: TimeInterval = 1200, lease: TimeInterval = 30,
        heldLimit: Int = 1000
    ) {
        self.database = database
        self.surroundings = surroundings
        self.replayWindow = replayWindow
        self.lease = lease
        self.heldLimit = heldLimit
    }

    /// What is already known of a request.
    enum Settlement {
        case none
        case deliverable(IssuanceRecord)
        /// Recorded, not yet released: in progress, or cut off by a crash.
        case unfinished(IssuanceRecord)
        case held(PendingRequest)
    }

    func settlement(of authenticated: AuthenticatedRequest) async throws(Refusal) -> Settlement {
        let key = authenticated.settlementKey
        // Nearly every request is new: one look tells.
        let isKnown = try await attempt(.settle) {
            try await !database.read(
                "SELECT 1 AS known FROM settlements WHERE digest = ? UNION ALL SELECT 1 FROM held_requests WHERE settlement = ? LIMIT 1",
                [.blob(key), .blob(key)]
            ).isEmpty
        }
        guard isKnown else { return .none }
        let settled = try await records(
            """
            WHERE id = (SELECT issuance FROM settlements WHERE digest = ?)
                AND (state IN ('recorded', 'issued') OR EXISTS (SELECT 1 FROM settlements WHERE digest = ? AND expires_at > ?))
            """, [.blob(key), .blob(key), .date(surroundings.now)], at: .settle)
        if let record = settled.first { return settlement(of: record) }
        guard let held = try await heldRequests("settlement = ?", [.blob(key)]).first else { return .none }
        return try pending(held).map(Settlement.held) ?? .none
    }

    private func settlement(of record: IssuanceRecord) -> Settlement {
        switch record.state {
        case .recorded, .issued: record.validity.notAfter > surroundings.now && record.revocation == nil ? .unfinished(record) : .none
        case .released: record.isDeliverable(at: surroundings.now) ? .deliverable(record) : .none
        case .quarantined, .tombstoned: .none
        }
    }

    /// The outcome under a protocol's own exchange id, for polls. The id must contain what only the original client can present; where
    /// it was used more than once (SCEP clients derive it from their key), the newest request counts.
    func settlement(endpoint: String, exchangeID: [UInt8]) async throws(Refusal) -> Settlement {
        let parameters: [SQLValue] = [.text(endpoint), .blob(exchangeID)]
        let record = try await records(
            "WHERE endpoint = ? AND exchange = ? AND length(exchange) > 0 ORDER BY id DESC LIMIT 1", parameters, at: .settle
        ).first
        if let held = try await heldRequests("endpoint = ? AND exchange = ?", parameters).first, record.map({ $0.id < held.id }) ?? true,
            let pending = try pending(held)
        {
            return .held(pending)
        }
        return record.map(settlement(of:)) ?? .none
    }

    /// Drops settlements and held requests whose time has passed. Called now and then by the server.
    package func forgetExpired() async throws(Refusal) {
        let now = SQLValue.date(surroundings.now)
        do {
            try await database.write(
                WriteUnit([
                    // What is still in progress keeps its settlement: its retry must not become a second certificate.
                    Statement(
                        """
                        DELETE FROM settlements WHERE expires_at <= ? AND NOT EXISTS (SELECT 1 FROM issuances
                            WHERE id = settlements.issuance AND state IN ('recorded', 'issued') AND not_after > ?)
                        """, [now, now]),
                    Statement("DELETE FROM held_requests WHERE expires_at <= ?", [now]),
                ]))
        } catch {
            throw Self.refusal(for: error, at: .settle)
        }
    }

    /// Gives the client of an issuance that an interruption delayed the whole replay window to fetch it.
    func renewSettlement(of id: RequestID) async throws(Refusal) {
        let end = SQLValue.date(surroundings.now.addingTimeInterval(replayWindow))
        do {
            try await database.write(
                WriteUnit([
                    Statement(
                        "UPDATE settlements SET expires_at = ? WHERE issuance = ? AND expires_at < ?", [end, .blob(id.bytes), end])
                ]))
        } catch {
            throw Self.refusal(for: error, at: .settle)
        }
    }

    /// Reads issuances; `condition` is everything behind FROM.
    func records(_ condition: String, _ parameters: [SQLValue], at stage: Refusal.Stage) async throws(Refusal) -> [IssuanceRecord] {
        try await attempt(stage) {
            try await database.read("SELECT \(IssuanceRecord.columns) FROM issuances \(condition)", parameters).map {
                try IssuanceRecord($0)
            }
        }
    }

    /// Runs a database step and turns whatever it throws into a refusal: the one place where untyped errors become typed.
    func attempt<T>(_ stage: Refusal.Stage, _ step: () async throws -> T) async throws(Refusal) -> T {
        do {
            return try await step()
        } catch let refusal as Refusal {
            throw refusal
        } catch let error as PersistenceError {
            throw Self.refusal(for: error, at: stage)
        } catch {
            throw Refusal(.internalFault, at: stage, detail: "\(error)")
        }
    }

    static func refusal(for error: PersistenceError, at stage: Refusal.Stage) -> Refusal {
        switch error {
        case .unmet(ChallengeStore.claimLabel):
            Refusal(
                .badCredential, at: stage, publicText: "the challenge was not accepted", detail: "the one-time challenge is spent",
                advice: "make a new one; a device that is to come back needs one for each certificate")
        case .unmet(RateBook.claimLabel): RateBook.refusal("another request was the last that the rule's rate allows", at: stage)
        case .unmet(let label):
            Refusal(.conflict, at: stage, detail: "'\(label ?? "a condition")' did not hold any more: another request was first")
        case .conflict(let detail): Refusal(.conflict, at: stage, detail: detail)
        case .unavailable(let reason): Refusal(.internalFault, at: stage, detail: "database: \(reason)")
        }
    }
}
