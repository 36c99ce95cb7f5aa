import Foundation
import PKIFormats
import Persistence

/// Full CRLs: made, kept and handed out. One a key generation; a number once used is never used again.
package struct RevocationLists: Sendable {
    /// A published list.
    package struct Published: Sendable {
        package let der: [UInt8]
        package let number: Int64
        package let thisUpdate: Date
        package let nextUpdate: Date
    }

    private let database: any Database
    private let surroundings: Surroundings

    package init(database: any Database, surroundings: Surroundings) {
        self.database = database
        self.surroundings = surroundings
    }

    /// Signs and stores a new list.
    ///
    /// Two publications at once may reach for the same number: one is stored, the other is made anew under the next.
    /// - Parameter lifetime: seconds until nextUpdate; the server publishes anew at half of it.
    package func publish(for authority: Authority, lifetime: TimeInterval) async throws -> Published {
        for _ in 1..<Self.attempts {
            do {
                return try await publishOnce(for: authority, lifetime: lifetime)
            } catch PersistenceError.conflict {
                continue
            }
        }
        return try await publishOnce(for: authority, lifetime: lifetime)
    }

    /// More than publications ever coincide; each attempt that fails means that another one succeeded.
    private static let attempts = 16

    private func publishOnce(for authority: Authority, lifetime: TimeInterval) async throws -> Published {
        let now = surroundings.now
        let issuerKey = authority.identity.keyIdentifier
        let previous = try await current(issuerKey: issuerKey)
        // Time-based, so that numbers go on rising even after an old backup was restored (RFC 5280 §5.2.3).
        let number = max((previous?.number ?? 0) + 1, Int64(now.timeIntervalSince1970))
        // An expired certificate stays for one list after its end (RFC 5280 §3.3).
        let rows = try await database.read(
            "SELECT serial, revoked_at, revocation_reason FROM issuances WHERE issuer_key = ? AND revoked_at IS NOT NULL AND not_after > ? ORDER BY revoked_at, serial",
            [.blob(issuerKey), .date(previous?.thisUpdate ?? now)])
        var entries: [RevokedEntry] = []
        entries.reserveCapacity(rows.count)
        for row in rows {
            let reason = RevocationReason(rawValue: Int(try row.optionalInteger("revocation_reason") ?? 0)) ?? .unspecified
            entries.append(
                RevokedEntry(
                    serialNumber: try row.blob("serial"), revocationDate: try row.date("revoked_at"),
                    reason: reason == .unspecified ? nil : reason))
        }
        let nextUpdate = max(now.addingTimeInterval(lifetime), previous?.nextUpdate ?? .distantPast)
        let list = try await authority.sign(
            TBSCertificateRevocationList(
                signatureAlgorithm: authority.algorithm, issuer: authority.identity.subject, thisUpdate: now, nextUpdate: nextUpdate,
                entries: entries,
                authorityKeyIdentifier: issuerKey, number: UInt64(number)))
        try await database.write(
            WriteUnit([
                Statement(
                    "INSERT INTO revocation_lists (issuer_key, number, this_update, next_update, body) VALUES (?, ?, ?, ?, ?)",
                    [.blob(issuerKey), .integer(number), .date(now), .date(nextUpdate), .blob(list.der)]),
                Statement(
                    "DELETE FROM revocation_lists WHERE issuer_key = ? AND number < ?", [.blob(issuerKey), .integer(previous?.number ?? 0)]),
            ]))
        return Published(der: list.der, number: number, thisUpdate: now, nextUpdate: nextUpdate)
    }

    /// Takes over a list that a later state of this database had published, so that a restored backup never shows an older one.
    package func adopt(_ list: Published, issuerKey: [UInt8]) async throws {
        guard try await current(issuerKey: issuerKey).map({ $0.number < list.number }) ?? true else { return }
        try await database.write(
            WriteUnit([
                Statement(
                    "INSERT INTO revocation_lists (issuer_key, number, this_update, next_update, body) VALUES (?, ?, ?, ?, ?)",
                    [.blob(issuerKey), .integer(list.number), .date(list.thisUpdate), .date(list.nextUpdate), .blob(list.der)])
            ]))
    }

    /// The newest list of a generation; nil before the first.
    package func current(issuerKey: [UInt8]) async throws -> Published? {
        try await database.read(
            "SELECT body, number, this_update, next_update FROM revocation_lists WHERE issuer_key = ? ORDER BY number DESC LIMIT 1",
            [.blob(issuerKey)]
        ).first.map {
            Published(
                der: try $0.blob("body"), number: try $0.integer("number"), thisUpdate: try $0.date("this_update"),
                nextUpdate: try $0.date("next_update"))
        }
    }
}
