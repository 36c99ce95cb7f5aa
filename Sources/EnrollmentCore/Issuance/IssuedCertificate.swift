import Foundation
import PKIFormats
import Persistence

/// A certificate whose signed bytes are durable. Not yet anybody's: release comes first.
package struct IssuedCertificate: Sendable {
    let id: RequestID
    let certificate: Certificate
    let issuer: AuthorityIdentity

    fileprivate init(id: RequestID, certificate: Certificate, issuer: AuthorityIdentity) {
        self.id = id
        self.certificate = certificate
        self.issuer = issuer
    }
}

extension AuditEntry {
    /// The signed bytes are durable.
    init(issued signed: SignedCertificate, at instant: Date) {
        self.init(
            .issued, at: instant,
            [
                "id": signed.id.description, "serial": signed.certificate.serialNumber.hex,
                "sha256": signed.certificate.fingerprint(.sha256).hex,
            ])
    }
}

extension IssuanceLedger {
    /// Makes the signed bytes durable. A second signature for the same row is dropped here: the first one stays.
    func complete(_ signed: SignedCertificate) async throws(Refusal) -> IssuedCertificate {
        try await move(
            signed.id, by: .complete, setting: Self.completion, Self.completion(with: signed.certificate), at: .complete,
            journal: AuditEntry(issued: signed, at: surroundings.now))
        return IssuedCertificate(id: signed.id, certificate: signed.certificate, issuer: signed.issuer)
    }

    /// The certificate takes the place of the bytes that it contains: the row stays as long as it was.
    static let completion = "certificate = ?, to_be_signed = ?"
    static func completion(with certificate: Certificate) -> [SQLValue] { [.blob(certificate.der), .blob([])] }

    /// A row that was completed before a crash, ready for release.
    func issued(_ record: IssuanceRecord, issuer: AuthorityIdentity) -> IssuedCertificate? {
        guard record.state == .issued, let certificate = record.certificate else { return nil }
        return IssuedCertificate(id: record.id, certificate: certificate, issuer: issuer)
    }

    /// Gives up an issuance that can never be signed: its serial is answered as revoked.
    func tombstone(_ record: IssuanceRecord, trail: Trail) async throws(Refusal) {
        try await move(
            record.id, by: .tombstone, setting: "revoked_at = ?, revocation_reason = ?, revoked_by = 'recovery'",
            [.date(surroundings.now), .integer(Int64(RevocationReason.cessationOfOperation.rawValue))], at: .sign,
            and: [TransactionLog.finish(record.id, outcome: .failed, trail: trail, at: surroundings.now)]
                + RevocationVersions.change(issuerKey: record.issuerKey, serialNumber: record.serialNumber).statements,
            journal: AuditEntry(
                .abandoned, at: surroundings.now, ["id": record.id.description, "serial": record.serialNumber.hex]))
    }

    /// Puts away what was revoked between its signature and its release: nobody is ever given it.
    func quarantine(_ record: IssuanceRecord, trail: Trail) async throws(Refusal) {
        try await move(
            record.id, by: .quarantine, setting: "lease_until = ?", [.integer(0)], at: .release,
            and: [TransactionLog.finish(record.id, outcome: .failed, trail: trail, at: surroundings.now)])
    }

    /// The one conditional update by which an issuance changes state.
    func move(
        _ id: RequestID, by event: IssuanceState.Event, setting assignments: String, _ parameters: [SQLValue], at stage: Refusal.Stage,
        and further: [Statement] = [], journal entry: AuditEntry? = nil
    ) async throws(Refusal) {
        let statement = try Move(by: [event], setting: assignments, at: stage).statement(id, parameters)
        do {
            try await database.write(WriteUnit([statement] + further, journal: entry.map { [$0.json] } ?? []))
        } catch {
            throw Self.refusal(for: error, at: stage)
        }
    }

    /// The same as a part of a larger unit, for one event or several that happen together; worth keeping where it happens with every issuance.
    struct Move: Sendable {
        private let sql: String
        private let from: IssuanceState
        private let to: IssuanceState

        init(by events: [IssuanceState.Event], setting assignments: String, at stage: Refusal.Stage) throws(Refusal) {
            let origins = IssuanceState.allCases.filter { $0.after(events) != nil }
            guard let from = origins.first, let to = from.after(events), origins.count == 1 else {
                throw Refusal(.internalFault, at: stage, detail: "the transition table has no single origin for \(events)")
            }
            // What was revoked meanwhile is not given to anybody any more.
            let condition = events.contains(.release) ? " AND revoked_at IS NULL" : ""
            sql = "UPDATE issuances SET state = ?, \(assignments) WHERE id = ? AND state = ?\(condition)"
            (self.from, self.to) = (from, to)
        }

        func statement(_ id: RequestID, _ parameters: [SQLValue]) -> Statement {
            Statement(
                sql, [.text(to.rawValue)] + parameters + [.blob(id.bytes), .text(from.rawValue)], expectedRows: 1,
                label: "state \(from.rawValue)")
        }
    }
}
