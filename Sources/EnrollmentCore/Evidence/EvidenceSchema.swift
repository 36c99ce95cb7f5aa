import Persistence

/// What the evidence of later versions added to the core's tables.
enum EvidenceSchema {
    static let migrations: [Migration] = [
        Migration(
            module: "evidence", version: 1,
            statements: [
                // What a challenge is bound to beyond the names it covers: a JSON object, or NULL.
                "ALTER TABLE challenges ADD COLUMN bound TEXT",
                // Certificates whose holders may enroll others.
                """
                CREATE TABLE signers (
                    endpoint TEXT NOT NULL, fingerprint BLOB NOT NULL, certificate BLOB NOT NULL, covers TEXT NOT NULL,
                    created_at INTEGER NOT NULL, removed_at INTEGER, PRIMARY KEY (endpoint, fingerprint)
                )
                """,
            ])
    ]
}
