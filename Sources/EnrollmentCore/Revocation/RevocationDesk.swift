import Foundation
import PKIFormats
import Persistence

/// Takes revocations along the same stages as issuance: authenticate, authorize, record. It shows in OCSP at once.
package struct RevocationDesk: Sendable {
    private let desk: AuthenticationDesk
    private let ledger: IssuanceLedger
    private let transactions: TransactionLog
    private let surroundings: Surroundings

    package init(desk: AuthenticationDesk, ledger: IssuanceLedger, transactions: TransactionLog, surroundings: Surroundings) {
        self.desk = desk
        self.ledger = ledger
        self.transactions = transactions
        self.surroundings = surroundings
    }

    /// Revokes, and returns what was revoked.
    /// - Throws: `.notFound`, `.alreadyRevoked`, `.notAuthorized`, `.unacceptableRequest` and what authentication throws.
    package func revoke(_ request: RevocationRequest) async throws(Refusal) -> IssuanceRecord {
        guard let record = try await revokeAll(request).first else { throw Self.notFound(0) }
        return record
    }

    /// The same for a target that may be several certificates, each with a transaction of its own; those that were revoked meanwhile are
    /// left out.
    package func revokeAll(_ request: RevocationRequest) async throws(Refusal) -> [IssuanceRecord] {
        do throws(Refusal) {
            let authenticated = try await desk.authenticate(request)
            let records = try await find(request)
            for record in records { try authorize(authenticated, record) }
            var done: [IssuanceRecord] = []
            for record in records {
                do throws(Refusal) {
                    try await write(authenticated, record, as: done.isEmpty ? request.id : RequestID(in: surroundings))
                    done.append(record)
                } catch {
                    guard error.code == .alreadyRevoked, records.count > 1 else { throw error }
                }
            }
            return done
        } catch {
            await transactions.refuse(error, arrival: request.arrival)
            throw error
        }
    }

    /// One certificate, or those of a holder; never none.
    private func find(_ request: RevocationRequest) async throws(Refusal) -> [IssuanceRecord] {
        let found: [IssuanceRecord]
        switch request.target {
        case .certificate(let certificate):
            found = try await ledger.records(
                "WHERE issuer_key = ? AND serial = ?", [.blob(certificate.authorityKeyIdentifier ?? []), .blob(certificate.serialNumber)],
                at: .revoke
            ).filter { $0.certificate?.der == certificate.der }
        case .serialNumber(let serial):
            found = try await ledger.records("WHERE serial = ? LIMIT 2", [.blob(serial)], at: .revoke)
        case .holder(let names):
            let held = try await HolderSearch(ledger: ledger).records(of: names, endpoint: request.arrival.endpoint)
            guard !held.isEmpty else { throw Self.notFound(0) }
            return held
        }
        guard let record = found.first, found.count == 1, record.certificate != nil else { throw Self.notFound(found.count) }
        return [record]
    }

    private static func notFound(_ count: Int) -> Refusal {
        Refusal(.notFound, at: .revoke, publicText: "there is no such certificate", detail: "\(count) certificates match")
    }

    /// The reasons that a revocation may give; the others are the CA's to say of itself, or no reasons for revocation.
    package static let reasons: [RevocationReason] = [
        .unspecified, .keyCompromise, .affiliationChanged, .superseded, .cessationOfOperation, .certificateHold, .privilegeWithdrawn,
    ]

    /// Who may: an operator; who holds its key; and, at the endpoint that issued it, the principal who enrolled it or who now controls every
    /// name in it (RFC 8555 §7.6), and who is registered to revoke there. The server itself, on schedule, may supersede. Only an operator puts
    /// on hold and releases.
    private func authorize(_ authenticated: AuthenticatedRevocation, _ record: IssuanceRecord) throws(Refusal) {
        let facts = authenticated.evidence.map(\.proof.fact)
        let isOperator = facts.contains(.operatorApproved)
        switch authenticated.request.wish {
        case .release:
            guard isOperator else { throw refusal("only an operator may release a certificate from hold") }
        case .revoke(let reason, let date):
            guard isOperator || reason != .certificateHold else { throw refusal("only an operator may put a certificate on hold") }
            guard Self.reasons.contains(reason), date.map({ $0 <= surroundings.now }) ?? true else {
                throw Refusal(
                    .unacceptableRequest, at: .revoke, publicText: "this reason is not accepted",
                    detail: "reason \(reason.name), invalid since \(date.map { "\($0)" } ?? "-")")
            }
            if facts.contains(.scheduledRenewal), reason == .superseded { return }
        }
        if isOperator { return }
        guard let certificate = record.certificate else { throw refusal("there is no certificate to show a right to") }
        let holdsKey = facts.contains(.holdsPrivateKey(fingerprint: certificate.fingerprint(.sha256)))
        let isOfThisEndpoint = record.endpoint == authenticated.request.arrival.endpoint
        if facts.contains(.registeredRevoker), isOfThisEndpoint { return }
        let isOwner = record.principal == authenticated.principal
        let patterns = authenticated.evidence.filter { $0.proof.fact.kind == .controlsIdentifier }.flatMap(\.proof.covers)
        let names = certificate.subjectAlternativeNames
        let controlsAll = !names.isEmpty && names.allSatisfy { name in patterns.contains { $0.covers(name) } }
        guard holdsKey || (isOfThisEndpoint && (isOwner || controlsAll)) else {
            throw refusal(
                "\(authenticated.principal) neither enrolled certificate \(certificate.serialHex) nor holds its key nor controls its names")
        }
    }

    private func refusal(_ detail: String) -> Refusal {
        Refusal(.notAuthorized, at: .revoke, publicText: "not authorized to revoke this certificate", detail: detail)
    }

    /// One transaction: status, reason, dates, actor, version, trail. A hold may become a revocation for any reason; a revocation can only be
    /// raised to keyCompromise. Either keeps the instant.
    private func write(_ authenticated: AuthenticatedRevocation, _ record: IssuanceRecord, as id: RequestID) async throws(Refusal) {
        let now = surroundings.now
        let request = authenticated.request
        var trail = Trail()
        Exchange.current?.leads(to: id)
        let change: WriteUnit
        let outcome: TransactionLog.Outcome
        let event: AuditEntry.Event
        let why: String?
        switch request.wish {
        case .revoke(let reason, let invalidSince):
            if let earlier = record.revocation, !Self.raises(earlier.reason, to: reason) {
                throw Refusal(.alreadyRevoked, at: .revoke, detail: "revoked \(earlier.instant) for \(earlier.reason.name)")
            }
            trail.note(.revoke, "\(authenticated.principal) revoked '\(record.subject)' for \(reason.name)")
            (outcome, event, why) = (.revoked, .revoked, reason.name)
            change = revoke(record, for: reason, invalidSince: invalidSince, by: authenticated.principal, at: now)
        case .release:
            guard record.revocation?.reason == .certificateHold else {
                throw Refusal(
                    .unacceptableRequest, at: .revoke, publicText: "this certificate is not on hold",
                    detail: record.revocation.map { "revoked \($0.instant) for \($0.reason.name)" } ?? "not revoked",
                    advice: "only a hold can be taken back; a revocation is for good")
            }
            trail.note(.revoke, "\(authenticated.principal) released '\(record.subject)' from hold")
            (outcome, event, why) = (.unrevoked, .unrevoked, nil)
            change = release(record)
        }
        var unit =
            change
            + WriteUnit([
                TransactionLog.row(
                    id, request.arrival, principal: authenticated.principal, subject: record.subject, names: record.names,
                    outcome: outcome, serial: record.serialNumber, trail: trail, finishedAt: now)
            ])
        unit.journal.append(
            AuditEntry(
                event, at: now,
                [
                    "id": id.description, "endpoint": request.arrival.endpoint, "peer": request.arrival.peer,
                    "principal": authenticated.principal, "serial": record.serialNumber.hex, "subject": record.subject, "reason": why,
                ]
            ).json)
        do {
            try await ledger.database.write(unit)
        } catch .unmet {
            throw Refusal(.alreadyRevoked, at: .revoke, detail: "revoked or released meanwhile")
        } catch {
            throw IssuanceLedger.refusal(for: error, at: .revoke)
        }
    }

    private static func raises(_ earlier: RevocationReason, to reason: RevocationReason) -> Bool {
        earlier != reason && (earlier == .certificateHold || reason == .keyCompromise) && reason != .certificateHold
    }

    private func revoke(
        _ record: IssuanceRecord, for reason: RevocationReason, invalidSince: Date?, by principal: String, at now: Date
    ) -> WriteUnit {
        WriteUnit([
            Statement(
                """
                UPDATE issuances SET revoked_at = COALESCE(revoked_at, ?), revocation_reason = ?, revoked_by = ?,
                    invalidity_date = COALESCE(?, invalidity_date)
                WHERE id = ? AND COALESCE(revocation_reason, -1) = ?
                """,
                [
                    .date(now), .integer(Int64(reason.rawValue)), .text(principal), .date(invalidSince), .blob(record.id.bytes),
                    .integer(Int64(record.revocation?.reason.rawValue ?? -1)),
                ], expectedRows: 1, label: "revocation as read")
        ])
            + RevocationVersions.change(
                issuerKey: record.issuerKey, serialNumber: record.serialNumber, isUrgent: reason == .keyCompromise)
    }

    private func release(_ record: IssuanceRecord) -> WriteUnit {
        WriteUnit([
            Statement(
                """
                UPDATE issuances SET revoked_at = NULL, revocation_reason = NULL, revoked_by = NULL, invalidity_date = NULL
                WHERE id = ? AND revoked_at IS NOT NULL AND revocation_reason = ?
                """, [.blob(record.id.bytes), .integer(Int64(RevocationReason.certificateHold.rawValue))], expectedRows: 1,
                label: "on hold")
        ]) + RevocationVersions.change(issuerKey: record.issuerKey, serialNumber: record.serialNumber, isRelease: true)
    }
}
