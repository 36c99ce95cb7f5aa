import Persistence

/// Counts what happens to the revocations of an issuer, in the transaction in which it happens: whoever keeps something made from
/// them, in whatever process, sees by one number that it is old.
package struct RevocationVersions: Sendable {
    private let database: any Database

    package init(database: any Database) { self.database = database }

    /// The number of changes so far.
    package func current(issuerKey: [UInt8]) async throws(PersistenceError) -> Int64 {
        try await database.read("SELECT version FROM revocation_versions WHERE issuer_key = ?", [.blob(issuerKey)]).first?
            .integer("version") ?? 0
    }

    /// The last change that no list may wait for.
    func urgent(issuerKey: [UInt8]) async throws(PersistenceError) -> Int64 {
        try await database.read("SELECT urgent FROM revocation_versions WHERE issuer_key = ?", [.blob(issuerKey)]).first?
            .integer("urgent") ?? 0
    }

    /// Goes into the unit that revokes a certificate, changes its revocation or takes it back.
    static func change(issuerKey: [UInt8], serialNumber: [UInt8], isRelease: Bool = false, isUrgent: Bool = false) -> WriteUnit {
        WriteUnit([
            Statement(
                """
                INSERT INTO revocation_versions (issuer_key, version, urgent) VALUES (?, 1, ?) ON CONFLICT (issuer_key) DO UPDATE SET
                    version = revocation_versions.version + 1,
                    urgent = CASE WHEN excluded.urgent = 1 THEN revocation_versions.version + 1 ELSE revocation_versions.urgent END
                """, [.blob(issuerKey), .flag(isUrgent)]),
            Statement(
                """
                INSERT INTO revocation_changes (issuer_key, version, serial, is_release)
                    SELECT issuer_key, version, ?, ? FROM revocation_versions WHERE issuer_key = ?
                """, [.blob(serialNumber), .flag(isRelease), .blob(issuerKey)]),
        ])
    }
}
