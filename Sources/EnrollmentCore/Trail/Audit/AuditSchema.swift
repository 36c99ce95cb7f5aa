import Persistence

/// The tables of the audit log, of the raw requests and of what searching and pruning need (docs/SCHEMA.md).
enum AuditSchema {
    static let migrations: [Migration] = [
        Migration(
            module: "audit", version: 1,
            statements: [
                // One row a group of writes; `body` holds its lines as they are exported, `digest` is the last line's.
                """
                CREATE TABLE audit_batches (
                    chain TEXT NOT NULL, first BIGINT NOT NULL, last BIGINT NOT NULL, digest BLOB NOT NULL, body TEXT NOT NULL,
                    PRIMARY KEY (chain, last)
                )
                """,
                // What arrived, as it arrived, sealed under a key of the passphrase.
                "CREATE TABLE raw_requests (id BLOB PRIMARY KEY, arrived_at BIGINT NOT NULL, sealed BLOB NOT NULL)",
                "CREATE TABLE raw_request_salts (salt BLOB PRIMARY KEY)",
                "CREATE INDEX issuances_ending ON issuances (not_after)",
                "CREATE INDEX transactions_serial ON transactions (serial) WHERE serial IS NOT NULL",
            ])
    ]
}
