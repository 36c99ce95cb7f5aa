import Foundation
import PKIFormats
import Persistence

/// Leave to sign once: proof that the intent is durable. Only the ledger makes one; signing consumes it.
package struct SigningTicket: ~Copyable, Sendable {
    package let id: RequestID
    /// The key identifier of the generation that is to sign.
    package let issuerKey: [UInt8]
    /// The certificate without its signature, read from the very bytes that were recorded.
    package let unsigned: Certificate

    fileprivate init(id: RequestID, issuerKey: [UInt8], unsigned: Certificate) {
        self.id = id
        self.issuerKey = issuerKey
        self.unsigned = unsigned
    }
}

/// Why nothing was recorded.
enum RecordFailure: Error {
    /// The random serial exists already: shape again.
    case serialTaken
    /// The same request was recorded meanwhile: look its outcome up.
    case alreadyRecorded
    case refused(Refusal)
}

extension IssuanceLedger {
    /// One durable transaction: serial reserved, to-be-signed bytes, claims redeemed, settlement, trail.
    func record(_ checked: CheckedPlan, trail: Trail) async throws(RecordFailure) -> SigningTicket {
        let plan = checked.plan
        let authenticated = plan.authorized.authenticated
        do throws(Refusal) {
            try authenticated.refuseSuppositions(at: .record)
        } catch {
            throw .refused(error)
        }
        let request = authenticated.request
        let now = surroundings.now
        let key = authenticated.settlementKey
        let objections = KeyObjection.all(to: plan, at: now)
        var unit = WriteUnit([
            // A settlement whose outcome may not be given again makes room.
            Statement(
                """
                INSERT INTO settlements (digest, issuance, expires_at) VALUES (?, ?, ?)
                    ON CONFLICT (digest) DO UPDATE SET issuance = excluded.issuance, expires_at = excluded.expires_at
                    WHERE EXISTS (SELECT 1 FROM issuances
                        WHERE id = settlements.issuance AND (revoked_at IS NOT NULL OR not_after <= ? OR state IN ('quarantined', 'tombstoned')
                            OR (settlements.expires_at <= ? AND state NOT IN ('recorded', 'issued'))))
                """,
                [
                    .blob(key), .blob(request.id.bytes),
                    .date(now.addingTimeInterval(plan.authorized.isHeldByRule ? Self.holdingPeriod : replayWindow)), .date(now), .date(now),
                ], expectedRows: 1, label: Label.settlement
            ),
            KeyObjection.condition(objections, settlement: key, label: Label.key),
            Statement(
                """
                INSERT INTO issuances (id, state, endpoint, exchange, principal, authority, issuer_key, serial, template, template_version, subject,
                    names, key_identifier, not_before, not_after, to_be_signed, recorded_at, lease_until)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (issuer_key, serial) DO NOTHING
                """,
                [
                    .blob(request.id.bytes), .text(IssuanceState.recorded.rawValue), .text(request.arrival.endpoint),
                    .blob(request.arrival.exchangeID), .text(authenticated.principal), .text(plan.issuer.authority),
                    .blob(plan.issuer.keyIdentifier), .blob(plan.certificate.serialNumber), .text(plan.authorized.template.name),
                    .integer(Int64(plan.authorized.template.version)), .text(plan.subjectText),
                    .text(plan.namesText), .blob(plan.keyIdentifier),
                    .date(plan.certificate.validity.notBefore), .date(plan.certificate.validity.notAfter), .blob(plan.toBeSigned),
                    .date(now),
                    .date(now.addingTimeInterval(lease)),
                ], expectedRows: 1, label: Label.serial),
        ])
        if case .renew(let predecessor) = request.intent {
            unit.append(
                Statement(
                    """
                    INSERT INTO renewals (predecessor, successor, supersede_at)
                        SELECT id, ?, CAST(? AS INTEGER) FROM issuances WHERE issuer_key = ? AND serial = ?
                    ON CONFLICT (predecessor) DO UPDATE SET successor = excluded.successor, supersede_at = excluded.supersede_at
                    """,
                    [
                        .blob(request.id.bytes),
                        .date(plan.authorized.template.supersedesAfter.map { now.addingTimeInterval(Double($0)) }),
                        .blob(predecessor.authorityKeyIdentifier ?? []), .blob(predecessor.serialNumber),
                    ]))
        }
        if plan.listShard > 0 {
            unit.append(
                Statement(
                    "UPDATE issuances SET crl_shard = ? WHERE id = ?", [.integer(Int64(plan.listShard)), .blob(request.id.bytes)],
                    expectedRows: 1, label: "shard"))
        }
        plan.authorized.claims.forEach { unit.append($0) }
        Self.statements(ordering: plan.authorized.duties, for: request.id).forEach { unit.append($0) }
        unit.append(
            TransactionLog.row(
                for: request, principal: authenticated.principal, outcome: .recorded, serial: plan.certificate.serialNumber, trail: trail))
        unit.journal.append(
            AuditEntry(
                .recorded, at: now,
                [
                    "id": request.id.description, "endpoint": request.arrival.endpoint, "operation": request.arrival.operation,
                    "peer": request.arrival.peer, "principal": authenticated.principal, "authority": plan.issuer.authority,
                    "template": plan.authorized.template.name, "version": String(plan.authorized.template.version),
                    "serial": plan.certificate.serialNumber.hex, "subject": plan.subjectText,
                    "names": plan.namesText,
                    "toBeSigned": HashAlgorithm.sha256.digest(plan.toBeSigned).hex,
                ]
            ).json)
        do {
            try await database.write(unit)
        } catch .unmet(Label.serial) {
            throw .serialTaken
        } catch .unmet(Label.settlement) {
            throw .alreadyRecorded
        } catch .unmet(Label.key) {
            throw .refused(await KeyObjection.refusal(objections, in: database))
        } catch {
            throw .refused(Self.refusal(for: error, at: .record))
        }
        return SigningTicket(id: request.id, issuerKey: plan.issuer.keyIdentifier, unsigned: checked.unsigned)
    }

    private enum Label {
        static let serial = "serial"
        static let settlement = "settlement"
        static let key = "nothing said against the key"
    }

    /// Takes over an issuance that was recorded and never completed, with the same to-be-signed bytes.
    /// - Parameter algorithm: the one that the key of this issuance signs by.
    /// - Returns: nil when somebody else holds the lease or has gone on meanwhile.
    func resume(_ record: IssuanceRecord, algorithm: SignatureAlgorithm, takingOverLease: Bool) async throws(Refusal) -> SigningTicket? {
        let now = surroundings.now
        let unsigned: Certificate
        do {
            unsigned = try Certificate(unsigned: record.toBeSigned, algorithm: algorithm)
        } catch {
            throw Refusal(.internalFault, at: .sign, detail: "the recorded bytes of \(record.id) cannot be read: \(error)")
        }
        do {
            try await database.write(
                WriteUnit([
                    Statement(
                        "UPDATE issuances SET lease_until = ? WHERE id = ? AND state = ? AND lease_until <= ?",
                        [
                            .date(now.addingTimeInterval(lease)), .blob(record.id.bytes), .text(IssuanceState.recorded.rawValue),
                            .date(takingOverLease ? record.leaseUntil : now),
                        ], expectedRows: 1, label: "lease")
                ]))
        } catch .unmet {
            return nil
        } catch {
            throw Self.refusal(for: error, at: .record)
        }
        return SigningTicket(id: record.id, issuerKey: record.issuerKey, unsigned: unsigned)
    }

    /// Gives the lease back after signing failed, so that the next retry need not wait for it to run out.
    func abandonLease(of id: RequestID) async {
        try? await database.write(
            WriteUnit([
                Statement(
                    "UPDATE issuances SET lease_until = 0 WHERE id = ? AND state = ?",
                    [.blob(id.bytes), .text(IssuanceState.recorded.rawValue)])
            ]))
    }
}
