import Foundation
import PKIFormats
import Persistence

extension IssuanceLedger {
    /// Seven days: how long a request waits, and how long its outcome is kept for the client to fetch.
    static let holdingPeriod: TimeInterval = 7 * 86_400

    /// Keeps a checked request for people to decide, and redeems its claims, in one transaction.
    func hold(_ checked: CheckedPlan, reason: String, trail: Trail) async throws(Refusal) -> PendingRequest {
        let authorized = checked.plan.authorized
        let authenticated = authorized.authenticated
        try authenticated.refuseSuppositions(at: .hold)
        let request = authorized.request
        let now = surroundings.now
        let predecessor: [UInt8]? = if case .renew(let certificate) = request.intent { certificate.der } else { nil }
        let proofs = try await attempt(.hold) {
            String(decoding: try JSONEncoder().encode(authenticated.evidence.map { StoredProof($0.proof) }), as: UTF8.self)
        }
        // A challenge may be good for others too: it is not kept.
        let kept = try await attempt(.hold) { try request.proposal.certificationRequest.withoutChallenge() }
        var unit = WriteUnit([
            // Whoever may enroll many still may not fill the list that people read.
            Statement(
                "UPDATE endpoints SET name = name WHERE name = ? AND ? > (SELECT COUNT(*) FROM held_requests WHERE \(Self.waitingOf))",
                [
                    .text(request.arrival.endpoint), .integer(Int64(heldLimit)), .text(request.arrival.endpoint),
                    .text(authenticated.principal), .date(now),
                ], expectedRows: 1, label: Self.heldLimitLabel),
            Statement("DELETE FROM held_requests WHERE settlement = ? AND state <> 'held'", [.blob(authenticated.settlementKey)]),
            Statement(
                """
                INSERT INTO held_requests (id, settlement, state, endpoint, binding, operation, exchange, principal, proofs, reason, template,
                    template_hint, certification_request, predecessor, request_digest, issuer_key, approvals, created_at, expires_at)
                VALUES (?, ?, 'held', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '[]', ?, ?)
                """,
                [
                    .blob(request.id.bytes), .blob(authenticated.settlementKey), .text(request.arrival.endpoint),
                    .text(request.arrival.binding),
                    .text(request.arrival.operation), .blob(request.arrival.exchangeID), .text(authenticated.principal), .text(proofs),
                    .text(reason),
                    .text(authorized.template.name), .optional(request.proposal.templateHint),
                    .blob(kept.der), .optional(predecessor), .blob(request.digest), .optional(request.addressee), .date(now),
                    .date(now.addingTimeInterval(Self.holdingPeriod)),
                ]),
        ])
        authorized.claims.forEach { unit.append($0) }
        unit.append(TransactionLog.row(for: request, principal: authenticated.principal, outcome: .pending, trail: trail, finishedAt: now))
        unit.journal.append(
            AuditEntry(
                .held, at: now,
                [
                    "id": request.id.description, "endpoint": request.arrival.endpoint, "operation": request.arrival.operation,
                    "peer": request.arrival.peer, "principal": authenticated.principal, "template": authorized.template.name,
                    "subject": request.proposal.certificationRequest.subject.description, "reason": reason,
                ]
            ).json)
        do {
            try await database.write(unit)
        } catch .unmet(Self.heldLimitLabel) {
            throw Refusal(
                .rateLimited, at: .hold, publicText: "too many requests of yours wait for a decision",
                detail: "\(authenticated.principal) has \(heldLimit) held requests at \(request.arrival.endpoint)",
                advice: "decide them (`muster pending`), or find out why it asks so often")
        } catch {
            // The very same request was held a moment ago: both are given the one reference.
            if let twin = try await heldRequests("settlement = ? AND state = 'held'", [.blob(authenticated.settlementKey)]).first {
                return twin.pending
            }
            throw Self.refusal(for: error, at: .hold)
        }
        return PendingRequest(reference: request.id, reason: reason)
    }

    private static let heldLimitLabel = "held requests of one principal"
    private static let waitingOf = "endpoint = ? AND principal = ? AND state = 'held' AND expires_at > ?"

    /// The unexpired held requests that `condition` finds, newest first.
    func heldRequests(_ condition: String, _ parameters: [SQLValue]) async throws(Refusal) -> [HeldRequest] {
        try await attempt(.hold) {
            try await database.read(
                """
                SELECT *, (SELECT peer FROM transactions WHERE transactions.id = held_requests.id) AS peer FROM held_requests
                WHERE \(condition) AND expires_at > ? ORDER BY id DESC LIMIT 1000
                """,
                parameters + [.date(surroundings.now)]
            ).map { try HeldRequest($0) }
        }
    }

    /// What became of a held request, for the client that asks again; nil where it was approved.
    /// - Throws: the operator's refusal.
    func pending(_ held: HeldRequest) throws(Refusal) -> PendingRequest? {
        switch held.state {
        case .held: return held.pending
        case .approved: return nil
        case .rejected:
            throw Refusal(
                .notAuthorized, at: .hold, publicText: "an operator rejected this request",
                detail: "held request \(held.id): \(held.comment ?? "")",
                advice: "`muster pending --all` shows who rejected it")
        }
    }

    /// Notes one of several approvals.
    func approve(_ held: HeldRequest, by operatorName: String, comment: String?) async throws(Refusal) {
        let approvals = try await attempt(.hold) {
            String(decoding: try JSONEncoder().encode(held.approvals + [operatorName]), as: UTF8.self)
        }
        try await change(
            held, "approvals = ?, comment = ?", [.text(approvals), .optional(comment)], decision(.approved, held, operatorName, comment))
    }

    /// The last approval: part of the transaction that records the certificate.
    func approvalClaim(_ held: HeldRequest, by operatorName: String, comment: String?) throws(Refusal) -> WriteUnit {
        guard let approvals = try? JSONEncoder().encode(held.approvals + [operatorName]) else {
            throw Refusal(.internalFault, at: .hold, detail: "the approvals cannot be encoded")
        }
        return WriteUnit(
            [
                statement(
                    held, "state = 'approved', approvals = ?, comment = ?",
                    [.text(String(decoding: approvals, as: UTF8.self)), .optional(comment)])
            ], journal: [decision(.approved, held, operatorName, comment).json])
    }

    func reject(_ held: HeldRequest, by operatorName: String, comment: String?) async throws(Refusal) {
        try await change(
            held, "state = 'rejected', comment = ?", [.text("\(operatorName): \(comment ?? "rejected")")],
            decision(.rejected, held, operatorName, comment))
    }

    private func decision(_ event: AuditEntry.Event, _ held: HeldRequest, _ operatorName: String, _ comment: String?) -> AuditEntry {
        AuditEntry(
            event, at: surroundings.now, ["id": held.id.description, "endpoint": held.endpoint, "by": operatorName, "comment": comment])
    }

    private func change(
        _ held: HeldRequest, _ assignments: String, _ parameters: [SQLValue], _ entry: AuditEntry
    ) async throws(Refusal) {
        do {
            try await database.write(WriteUnit([statement(held, assignments, parameters)], journal: [entry.json]))
        } catch {
            throw Self.refusal(for: error, at: .hold)
        }
    }

    /// Changes a request that still waits, as it was read: of two operators at once, one is told to look again.
    private func statement(_ held: HeldRequest, _ assignments: String, _ parameters: [SQLValue]) -> Statement {
        let seen = (try? JSONEncoder().encode(held.approvals)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return Statement(
            "UPDATE held_requests SET \(assignments) WHERE id = ? AND state = 'held' AND approvals = ?",
            parameters + [.blob(held.id.bytes), .text(seen)], expectedRows: 1, label: "held request")
    }
}
