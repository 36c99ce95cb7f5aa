import Persistence

/// The tables of the core (docs/SCHEMA.md). Instants are whole seconds since 1970; ids are 16 octets that sort by time.
package enum CoreSchema {
    package static let migrations: [Migration] =
        first + EvidenceSchema.migrations + RevocationSchema.migrations + KeySchema.migrations + AuditSchema.migrations
        + CatalogSchema.migrations + DirectorySchema.migrations + DutySchema.migrations + AuthoritySchema.migrations
        + RevokerSchema.migrations + ReplySchema.migrations + leanerIndexes

    /// An index costs a page a transaction: most protocols have no exchange id, and an issuance's own transaction has the issuance's id.
    private static let leanerIndexes: [Migration] = [
        Migration(
            module: "core", version: 2,
            statements: [
                "DROP INDEX issuances_exchange",
                "CREATE INDEX issuances_exchange ON issuances (endpoint, exchange) WHERE length(exchange) > 0",
                "DROP INDEX transactions_serial",
                "CREATE INDEX transactions_serial ON transactions (serial) WHERE serial IS NOT NULL AND outcome NOT IN ('recorded', 'released')",
            ])
    ]

    private static let first: [Migration] = [
        Migration(
            module: "core", version: 1,
            statements: [
                // One row a certificate, from the durable intent to its end. Never deleted while the certificate lives.
                """
                CREATE TABLE issuances (
                    id BLOB PRIMARY KEY, state TEXT NOT NULL, endpoint TEXT NOT NULL, exchange BLOB NOT NULL, principal TEXT NOT NULL,
                    authority TEXT NOT NULL, issuer_key BLOB NOT NULL, serial BLOB NOT NULL, template TEXT NOT NULL,
                    template_version INTEGER NOT NULL, subject TEXT NOT NULL, names TEXT NOT NULL, key_identifier BLOB NOT NULL,
                    not_before INTEGER NOT NULL, not_after INTEGER NOT NULL, to_be_signed BLOB NOT NULL, certificate BLOB,
                    recorded_at INTEGER NOT NULL, lease_until INTEGER NOT NULL, released_at INTEGER,
                    revoked_at INTEGER, revocation_reason INTEGER, revoked_by TEXT,
                    UNIQUE (serial, issuer_key)
                )
                """,
                "CREATE INDEX issuances_revoked ON issuances (issuer_key, revoked_at) WHERE revoked_at IS NOT NULL",
                "CREATE INDEX issuances_unfinished ON issuances (state) WHERE state IN ('recorded', 'issued')",
                "CREATE INDEX issuances_exchange ON issuances (endpoint, exchange)",
                // Keys that are never certified again: reason 1 is keyCompromise.
                "CREATE INDEX issuances_compromised ON issuances (key_identifier) WHERE revocation_reason = 1",
                // The bounded memory that makes a retry the same request.
                "CREATE TABLE settlements (digest BLOB PRIMARY KEY, issuance BLOB NOT NULL, expires_at INTEGER NOT NULL)",
                // Requests that wait for a person.
                """
                CREATE TABLE held_requests (
                    id BLOB PRIMARY KEY, settlement BLOB NOT NULL UNIQUE, state TEXT NOT NULL, endpoint TEXT NOT NULL, binding TEXT NOT NULL,
                    operation TEXT NOT NULL, exchange BLOB NOT NULL, principal TEXT NOT NULL, proofs TEXT NOT NULL, reason TEXT NOT NULL,
                    template TEXT NOT NULL, template_hint TEXT, certification_request BLOB NOT NULL, predecessor BLOB,
                    request_digest BLOB NOT NULL,
                    approvals TEXT NOT NULL, comment TEXT, created_at INTEGER NOT NULL, expires_at INTEGER NOT NULL
                )
                """,
                "CREATE INDEX held_requests_exchange ON held_requests (endpoint, exchange)",
                // The trail: one row a protocol exchange, refusals included.
                """
                CREATE TABLE transactions (
                    id BLOB PRIMARY KEY, started_at INTEGER NOT NULL, finished_at INTEGER, endpoint TEXT NOT NULL, operation TEXT NOT NULL,
                    peer TEXT, user_agent TEXT, principal TEXT, subject TEXT, names TEXT, outcome TEXT NOT NULL, code TEXT, stage TEXT,
                    advice TEXT, serial BLOB, trail TEXT NOT NULL
                )
                """,
                "CREATE TABLE endpoints (name TEXT PRIMARY KEY, body TEXT NOT NULL, enabled INTEGER NOT NULL, created_at INTEGER NOT NULL)",
                """
                CREATE TABLE templates (
                    name TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, created_at INTEGER NOT NULL, PRIMARY KEY (name, version)
                )
                """,
                """
                CREATE TABLE challenges (
                    id BLOB PRIMARY KEY, endpoint TEXT NOT NULL, secret_hash BLOB NOT NULL UNIQUE, one_time INTEGER NOT NULL, covers TEXT NOT NULL,
                    created_at INTEGER NOT NULL, expires_at INTEGER, redeemed_by BLOB, redeemed_at INTEGER, revoked_at INTEGER
                )
                """,
                """
                CREATE TABLE users (
                    endpoint TEXT NOT NULL, name TEXT NOT NULL, password_hash TEXT NOT NULL, covers TEXT NOT NULL, created_at INTEGER NOT NULL,
                    disabled_at INTEGER, PRIMARY KEY (endpoint, name)
                )
                """,
                // Key generations of the authorities, and the CA's own certificates by role.
                """
                CREATE TABLE generations (
                    key_identifier BLOB PRIMARY KEY, authority TEXT NOT NULL, state TEXT NOT NULL, certificate BLOB NOT NULL, key_name TEXT NOT NULL,
                    created_at INTEGER NOT NULL
                )
                """,
                """
                CREATE TABLE system_certificates (
                    id BLOB PRIMARY KEY, role TEXT NOT NULL, certificate BLOB NOT NULL, key_name TEXT NOT NULL, not_after INTEGER NOT NULL,
                    created_at INTEGER NOT NULL
                )
                """,
                """
                CREATE TABLE revocation_lists (
                    issuer_key BLOB NOT NULL, number INTEGER NOT NULL, this_update INTEGER NOT NULL, next_update INTEGER NOT NULL,
                    body BLOB NOT NULL, PRIMARY KEY (issuer_key, number)
                )
                """,
            ])
    ]
}
