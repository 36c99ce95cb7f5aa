import Foundation
import PKIFormats
import Persistence
import Synchronization

/// Certificates whose holders enroll others at an endpoint, for example an MDM that speaks SCEP in its devices' place. Kept at hand, so
/// that knowing a signer costs the same for everybody, and before anything is decrypted.
package final class RegisteredSigners: Sendable {
    /// One registration.
    package struct Signer: Sendable, Hashable {
        package let endpoint: String
        package let certificate: Certificate
        /// The names that he may enroll.
        package let covers: [NamePattern]
        package let createdAt: Date
    }

    private let database: any Database
    private let surroundings: Surroundings
    private let snapshot = Mutex<[Signer]>([])

    /// Knows nobody until `reload()`.
    package init(database: any Database, surroundings: Surroundings) {
        self.database = database
        self.surroundings = surroundings
    }

    /// All that are registered now, in the order of their registration.
    package var all: [Signer] { snapshot.withLock { $0 } }

    package func find(_ certificate: Certificate, endpoint: String) -> Signer? {
        snapshot.withLock { $0.first { $0.endpoint == endpoint && $0.certificate.der == certificate.der } }
    }

    /// Registers a certificate, or gives one that is registered new names.
    package func add(_ certificate: Certificate, endpoint: String, covers: [NamePattern]) async throws {
        try await database.write(
            WriteUnit([
                Statement(
                    """
                    INSERT INTO signers (endpoint, fingerprint, certificate, covers, created_at) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT (endpoint, fingerprint) DO UPDATE SET covers = excluded.covers, removed_at = NULL
                    """,
                    [
                        .text(endpoint), .blob(certificate.fingerprint(.sha256)), .blob(certificate.der), .text(try covers.json),
                        .date(surroundings.now),
                    ])
            ]))
        try await reload()
    }

    /// Ends a registration, named by the SHA-256 fingerprint.
    /// - Throws: `PersistenceError.unmet` when there is no such signer.
    package func remove(fingerprint: [UInt8], endpoint: String) async throws {
        try await database.write(
            WriteUnit([
                Statement(
                    "UPDATE signers SET removed_at = ? WHERE endpoint = ? AND fingerprint = ? AND removed_at IS NULL",
                    [.date(surroundings.now), .text(endpoint), .blob(fingerprint)], expectedRows: 1, label: "signer")
            ]))
        try await reload()
    }

    /// Reads all rows again.
    package func reload() async throws {
        let rows = try await database.read("SELECT * FROM signers WHERE removed_at IS NULL ORDER BY created_at, fingerprint", [])
        let signers = try rows.map { row in
            Signer(
                endpoint: try row.text("endpoint"), certificate: try Certificate(der: row.blob("certificate")),
                covers: try JSONDecoder().decode([NamePattern].self, from: Data(row.text("covers").utf8)),
                createdAt: try row.date("created_at"))
        }
        snapshot.withLock { $0 = signers }
    }
}
