import Persistence

/// The tables about keys (docs/SCHEMA.md).
enum KeySchema {
    static let migrations: [Migration] = [
        Migration(
            module: "keys", version: 1,
            statements: [
                // Keys that an operator never wants to see certified; SHA-256 of the SubjectPublicKeyInfo.
                """
                CREATE TABLE blocked_keys (
                    key_hash BLOB PRIMARY KEY, reason TEXT NOT NULL, blocked_by TEXT NOT NULL, blocked_at INTEGER NOT NULL
                )
                """,
                // Who else has a certificate of this key.
                "CREATE INDEX issuances_key ON issuances (key_identifier)",
            ])
    ]
}
