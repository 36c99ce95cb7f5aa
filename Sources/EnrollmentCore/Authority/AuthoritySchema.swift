import Persistence

/// The tables of authorities and their generations beyond the core's first (docs/SCHEMA.md).
package enum AuthoritySchema {
    package static let migrations: [Migration] = [
        Migration(
            module: "authority", version: 1,
            statements: [
                // The generation that a held request is addressed to; null: the active one.
                "ALTER TABLE held_requests ADD COLUMN issuer_key BLOB",
                "CREATE UNIQUE INDEX generations_active ON generations (authority) WHERE state = 'active'",
                "CREATE UNIQUE INDEX generations_next ON generations (authority) WHERE state = 'next'",
                // One root's key certified by another's (RFC 4210 §4.4): old with new, new with old.
                """
                CREATE TABLE cross_certificates (
                    subject_key BLOB NOT NULL, issuer_key BLOB NOT NULL, certificate BLOB NOT NULL, created_at INTEGER NOT NULL,
                    PRIMARY KEY (subject_key, issuer_key)
                )
                """,
                // Keys that wait for a certificate from a CA elsewhere.
                """
                CREATE TABLE authority_requests (
                    key_identifier BLOB PRIMARY KEY, authority TEXT NOT NULL, key_name TEXT NOT NULL, request BLOB NOT NULL,
                    created_at INTEGER NOT NULL
                )
                """,
            ])
    ]
}
