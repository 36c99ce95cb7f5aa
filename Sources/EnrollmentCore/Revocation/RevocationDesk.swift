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
        do {
            let authenticated = try await desk.authenticate(request)
            let record = try await find(request.target)
            try authorize(authenticated, record)
            try await write(authenticated, record)
            return record
        } catch {
            await transactions.refuse(error, arrival: request.arrival)
            throw error
        }
    }

    private func find(_ target: RevocationRequest.Target) async throws(Refusal) -> IssuanceRecord {
        let found: [IssuanceRecord]
        switch target {
        case .certificate(let certificate):
            found = try await ledger.records(
                "WHERE issuer_key = ? AND serial = ?", [.blob(certificate.authorityKeyIdentifier ?? []), .blob(certificate.serialNumber)],
                at: .revoke
            ).filter { $0.certificate?.der == certificate.der }
        case .serialNumber(let serial):
            found = try await ledger.records("WHERE serial = ? LIMIT 2", [.blob(serial)], at: .revoke)
        }
        guard let record = found.first, found.count == 1, record.certificate != nil else {
            throw Refusal(.notFound, at: .revoke, publicText: "there is no such certificate", detail: "\(found.count) certificates match")
        }
        return record
    }

    /// Who may: an operator; who holds its key; and, at the endpoint that issued it, the principal who enrolled it or who now controls every
    /// name in it (RFC 8555 §7.6).
    private func authorize(_ authenticated: AuthenticatedRevocation, _ record: IssuanceRecord) throws(Refusal) {
        guard
            [.unspecified, .keyCompromise, .affiliationChanged, .superseded, .cessationOfOperation, .privilegeWithdrawn].contains(
                authenticated.request.reason)
        else {
            throw Refusal(
                .unacceptableRequest, at: .revoke, publicText: "this reason is not accepted",
                detail: "reason \(authenticated.request.reason.name)")
        }
        guard let certificate = record.certificate else { return }
        let fingerprint = certificate.fingerprint(.sha256)
        let mayRevoke = authenticated.evidence.contains { evidence in
            switch evidence.proof.fact {
            case .operatorApproved: true
            case .holdsPrivateKey(fingerprint): true
            case .controls, .registeredSigner, .knowsChallenge, .knowsPassword, .holdsPrivateKey, .scheduledRenewal: false
            }
        }
        let isOfThisEndpoint = record.endpoint == authenticated.request.arrival.endpoint
        let isOwner = record.principal == authenticated.principal
        let patterns = authenticated.evidence.filter { $0.proof.fact.kind == .controlsIdentifier }.flatMap(\.proof.covers)
        let names = certificate.subjectAlternativeNames
        let controlsAll = !names.isEmpty && names.allSatisfy { name in patterns.contains { $0.covers(name) } }
        guard mayRevoke || (isOfThisEndpoint && (isOwner || controlsAll)) else {
            throw Refusal(
                .notAuthorized, at: .revoke, publicText: "not authorized to revoke this certificate",
                detail:
                    "\(authenticated.principal) neither enrolled certificate \(certificate.serialHex) nor holds its key nor controls its names"
            )
        }
    }

    /// One transaction. A revoked certificate can only be raised to keyCompromise, keeping its instant.
    private func write(_ authenticated: AuthenticatedRevocation, _ record: IssuanceRecord) async throws(Refusal) {
        let now = surroundings.now
        let request = authenticated.request
        if let earlier = record.revocation, request.reason != .keyCompromise || earlier.reason == .keyCompromise {
            throw Refusal(.alreadyRevoked, at: .revoke, detail: "revoked \(earlier.instant) for \(earlier.reason.name)")
        }
        var trail = Trail()
        trail.note(.revoke, "\(authenticated.principal) revoked '\(record.subject)' for \(request.reason.name)")
        let unit = WriteUnit([
            Statement(
                """
                UPDATE issuances SET revoked_at = COALESCE(revoked_at, ?), revocation_reason = ?, revoked_by = ?
                WHERE id = ? AND (revoked_at IS NULL OR revocation_reason <> ?)
                """,
                [
                    .date(now), .integer(Int64(request.reason.rawValue)), .text(authenticated.principal), .blob(record.id.bytes),
                    .integer(Int64(RevocationReason.keyCompromise.rawValue)),
                ], expectedRows: 1, label: "not yet revoked"),
            TransactionLog.row(
                request.id, request.arrival, principal: authenticated.principal, subject: record.subject, names: record.names,
                outcome: .revoked,
                serial: record.serialNumber, trail: trail, finishedAt: now),
        ])
        do {
            try await ledger.database.write(unit)
        } catch .unmet {
            throw Refusal(.alreadyRevoked, at: .revoke, detail: "revoked meanwhile")
        } catch {
            throw IssuanceLedger.refusal(for: error, at: .revoke)
        }
    }
}
