import Foundation
import PKIFormats
import Persistence

/// The key generations of the authorities, as rows. Keys lie elsewhere, named by `keyName`.
package struct GenerationStore: Sendable {
    /// A key generation: its CA certificate and the name of its key file.
    package struct Generation: Sendable {
        package let authority: String
        package let state: GenerationState
        package let certificate: Certificate
        /// Empty for a CA whose key was never here.
        package let keyName: String
    }

    let database: any Database
    let surroundings: Surroundings

    package init(database: any Database, surroundings: Surroundings) {
        self.database = database
        self.surroundings = surroundings
    }

    /// Adds a generation, by default the first of its authority.
    /// - Throws: `.conflict` when the authority has one in this state, or the key is there already.
    package func add(_ authority: String, certificate: Certificate, keyName: String, state: GenerationState = .active)
        async throws(PersistenceError)
    {
        try await database.write(
            WriteUnit([
                Statement(
                    "INSERT INTO generations (key_identifier, authority, state, certificate, key_name, created_at) VALUES (?, ?, ?, ?, ?, ?)",
                    [
                        .blob(certificate.authorityKey), .text(authority), .text(state.rawValue), .blob(certificate.der), .text(keyName),
                        .date(surroundings.now),
                    ])
            ]))
    }

    /// All generations, the oldest first.
    package func all() async throws -> [Generation] { try await generations("WHERE 1 = 1") }

    /// The generations that issue.
    package func active() async throws -> [Generation] { try await generations("WHERE state = 'active'") }

    /// Keeps the certificate by which one root vouches for another; one that is there already stays.
    package func addCross(_ certificate: Certificate, issuerKey: [UInt8]) async throws(PersistenceError) {
        try await database.write(
            WriteUnit([
                Statement(
                    """
                    INSERT INTO cross_certificates (subject_key, issuer_key, certificate, created_at) VALUES (?, ?, ?, ?)
                    ON CONFLICT (subject_key, issuer_key) DO NOTHING
                    """,
                    [.blob(certificate.authorityKey), .blob(issuerKey), .blob(certificate.der), .date(surroundings.now)])
            ]))
    }

    package func crossCertificates() async throws -> [Certificate] {
        try await database.read("SELECT certificate FROM cross_certificates ORDER BY created_at, subject_key", [])
            .map { try Certificate(der: $0.blob("certificate")) }
    }

    /// The next generation becomes active, and the active one retires, in one transaction.
    /// - Throws: `.unmet` when there is no next generation, or no active one.
    package func activateNext(of authority: String) async throws(PersistenceError) {
        func move(_ from: GenerationState, _ to: GenerationState) -> Statement {
            Statement(
                "UPDATE generations SET state = ? WHERE authority = ? AND state = ?",
                [.text(to.rawValue), .text(authority), .text(from.rawValue)], expectedRows: 1, label: "\(from.rawValue) generation")
        }
        try await database.write(WriteUnit([move(.active, .retiring), move(.next, .active)]))
    }

    /// - Throws: `.unmet` when the generation is not retiring.
    package func archive(_ keyIdentifier: [UInt8]) async throws(PersistenceError) {
        try await database.write(
            WriteUnit([
                Statement(
                    "UPDATE generations SET state = ? WHERE key_identifier = ? AND state = ?",
                    [.text(GenerationState.archived.rawValue), .blob(keyIdentifier), .text(GenerationState.retiring.rawValue)],
                    expectedRows: 1, label: "retiring generation")
            ]))
    }

    /// When the last certificate of a generation ends that a relying party may meet, revoked or not; nil when there is none.
    package func lastExpiry(of keyIdentifier: [UInt8]) async throws -> Date? {
        // Its own certificates do not keep it alive.
        try await database.read(
            """
            SELECT MAX(not_after) AS last FROM issuances WHERE issuer_key = ? AND not_after > ?
                AND template NOT IN ('ocsp-responder', 'scep-ra', 'scep-ra-signing', 'scep-ra-encryption', 'root-ca') AND state <> 'tombstoned'
            """, [.blob(keyIdentifier), .date(surroundings.now)]
        ).first?.optionalDate("last")
    }

    private func generations(_ condition: String) async throws -> [Generation] {
        try await database.read(
            "SELECT authority, state, certificate, key_name FROM generations \(condition) ORDER BY created_at, key_identifier", []
        ).map { row in
            guard let state = GenerationState(rawValue: try row.text("state")) else {
                throw PersistenceError.unavailable("a generation has an unknown state")
            }
            return Generation(
                authority: try row.text("authority"), state: state, certificate: try Certificate(der: row.blob("certificate")),
                keyName: try row.text("key_name"))
        }
    }

    /// The logical CAs that have a generation.
    package func authorityNames() async throws -> Set<String> {
        Set(try await database.read("SELECT DISTINCT authority FROM generations").map { try $0.text("authority") })
    }
}

extension Certificate {
    /// What names the key of a CA in rows, URLs and the certificates it issues: its subject key identifier (RFC 5280 §4.2.1.1), or that
    /// of method 1 where an old certificate has none.
    package var authorityKey: [UInt8] { subjectKeyIdentifier ?? publicKey.keyIdentifier }
}
