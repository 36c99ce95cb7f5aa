import Foundation
import PKIFormats
import Persistence

/// A certificate that may be given to its client once `IssuancePipeline.process` has returned: the only thing a front end can encode
/// as success.
package struct ReleasedIssuance: Sendable {
    package let id: RequestID
    package let certificate: Certificate
    /// The issuing CA first, without the root; empty when the root itself issued.
    package let chain: [Certificate]
    package let root: Certificate?

    fileprivate init(id: RequestID, certificate: Certificate, issuer: AuthorityIdentity) {
        self.id = id
        self.certificate = certificate
        chain = issuer.chain
        root = issuer.root
    }
}

extension IssuanceLedger {
    /// Releases a durable certificate and closes its trail.
    func release(_ issued: IssuedCertificate, trail: Trail) async throws(Refusal) -> ReleasedIssuance {
        let now = surroundings.now
        try await move(
            issued.id, by: .release, setting: "released_at = ?", [.date(now)], at: .release,
            and: [TransactionLog.finish(issued.id, outcome: .released, trail: trail, at: now)])
        return ReleasedIssuance(id: issued.id, certificate: issued.certificate, issuer: issued.issuer)
    }

    /// Both steps as one durable transaction, for an issuance to which nothing else has to happen between them.
    /// - Parameter preparing: makes ready what the client is to be told while the transaction is under way.
    func completeAndRelease(
        _ signed: SignedCertificate, trail: Trail, _ further: (@Sendable (RequestID) -> WriteUnit)?,
        preparing: (ReleasedIssuance) async -> Void
    ) async throws(Refusal) -> ReleasedIssuance {
        let now = surroundings.now
        var unit = WriteUnit(
            [
                try Self.completionAndRelease.get().statement(signed.id, Self.completion(with: signed.certificate) + [.date(now)]),
                TransactionLog.finish(signed.id, outcome: .released, trail: trail, at: now),
            ], journal: [AuditEntry(issued: signed, at: now).json])
        if let further { unit.append(further(signed.id)) }
        let released = ReleasedIssuance(id: signed.id, certificate: signed.certificate, issuer: signed.issuer)
        do {
            try await database.write(unit) { await preparing(released) }
        } catch {
            throw Self.refusal(for: error, at: .release)
        }
        return released
    }

    private static let completionAndRelease = Result { () throws(Refusal) in
        try Move(by: [.complete, .release], setting: "\(completion), released_at = ?", at: .release)
    }

    /// The outcome of an earlier, identical request.
    func deliverAgain(_ record: IssuanceRecord, issuer: AuthorityIdentity) throws(Refusal) -> ReleasedIssuance {
        guard record.isDeliverable(at: surroundings.now), let certificate = record.certificate else {
            throw Refusal(.internalFault, at: .settle, detail: "issuance \(record.id) is settled but not deliverable")
        }
        return ReleasedIssuance(id: record.id, certificate: certificate, issuer: issuer)
    }
}
