import PKIFormats
import Persistence

/// Something that must succeed before a certificate may leave: ordered with the proof that asked for it, durable with the record.
package struct DutyOrder: Sendable, Hashable, Codable {
    /// Which performer it is for, for example `webhook`.
    package let kind: String
    /// The performer's own; sealed by it where it holds secrets. At most 64 KiB.
    package let payload: [UInt8]

    package init(kind: String, payload: [UInt8]) {
        self.kind = kind
        self.payload = payload
    }
}

/// What a performer may know of a certificate that is signed and not yet released.
package struct DutyCertificate: Sendable {
    package let issuance: RequestID
    package let certificate: Certificate
    /// The issuing CA's name.
    package let authority: String
}

/// Performs the duties of one kind. It may be asked twice for the same certificate: after a crash, or when it took longer than the lease.
package protocol ReleaseDuty: Sendable {
    /// Returns when the certificate may be released. Must end by itself, within twenty seconds.
    /// - Throws: why it may not: the certificate is then quarantined and revoked, and the client refused.
    func perform(_ order: DutyOrder, for certificate: DutyCertificate) async throws(Refusal)
}

/// What duties of later versions added to the core's tables.
enum DutySchema {
    static let migrations: [Migration] = [
        Migration(
            module: "duties", version: 1,
            statements: [
                // What must be done before an issuance is released; a row an order, read again only after an interruption.
                """
                CREATE TABLE release_duties (
                    issuance BLOB NOT NULL, ordinal INTEGER NOT NULL, kind TEXT NOT NULL, payload BLOB NOT NULL,
                    PRIMARY KEY (issuance, ordinal)
                )
                """
            ])
    ]
}

extension IssuanceLedger {
    /// Part of the transaction that records the issuance.
    static func statements(ordering duties: [DutyOrder], for id: RequestID) -> [Statement] {
        duties.enumerated().map { ordinal, order in
            Statement(
                "INSERT INTO release_duties (issuance, ordinal, kind, payload) VALUES (?, ?, ?, ?)",
                [.blob(id.bytes), .integer(Int64(ordinal)), .text(order.kind), .blob(order.payload)])
        }
    }

    /// The duties of an issuance that was interrupted before its release.
    func duties(of id: RequestID) async throws(Refusal) -> [DutyOrder] {
        try await attempt(.release) {
            try await database.read("SELECT kind, payload FROM release_duties WHERE issuance = ? ORDER BY ordinal", [.blob(id.bytes)]).map {
                DutyOrder(kind: try $0.text("kind"), payload: try $0.blob("payload"))
            }
        }
    }

    /// Drops the orders of a released issuance; what is left by a failure is harmless, for it is sealed and never read again.
    func forgetDuties(of id: RequestID) async {
        try? await database.write(WriteUnit([Statement("DELETE FROM release_duties WHERE issuance = ?", [.blob(id.bytes)])]))
    }

    /// Keeps a signed certificate from ever being delivered, and revokes it.
    func quarantine(_ issued: IssuedCertificate, trail: Trail) async throws(Refusal) {
        let now = surroundings.now
        try await move(
            issued.id, by: .quarantine, setting: "revoked_at = ?, revocation_reason = ?, revoked_by = 'release duty'",
            [.date(now), .integer(Int64(RevocationReason.cessationOfOperation.rawValue))], at: .release,
            and: [
                TransactionLog.finish(issued.id, outcome: .failed, trail: trail, at: now),
                Statement("DELETE FROM release_duties WHERE issuance = ?", [.blob(issued.id.bytes)]),
            ] + RevocationVersions.change(issuerKey: issued.issuer.keyIdentifier, serialNumber: issued.certificate.serialNumber).statements,
            journal: AuditEntry(
                .revoked, at: now,
                [
                    "id": issued.id.description, "principal": "release duty", "serial": issued.certificate.serialNumber.hex,
                    "reason": RevocationReason.cessationOfOperation.name,
                ]))
    }
}
