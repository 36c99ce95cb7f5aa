import Persistence

/// The tables of revocation and status (docs/SCHEMA.md).
package enum RevocationSchema {
    package static let migrations: [Migration] = [
        Migration(
            module: "revocation", version: 1,
            statements: [
                "ALTER TABLE issuances ADD COLUMN invalidity_date INTEGER",
                // The shard that the certificate's distribution point names, for good; 0: the complete list.
                "ALTER TABLE issuances ADD COLUMN crl_shard INTEGER NOT NULL DEFAULT 0",
                // A list is made from this index alone.
                "DROP INDEX issuances_revoked",
                """
                CREATE INDEX issuances_revoked ON issuances (issuer_key, revoked_at, serial, revocation_reason, invalidity_date, crl_shard, not_after)
                    WHERE revoked_at IS NOT NULL
                """,
                // The published lists: complete (shard 0), of one shard, and what amends either. `covers` is the version that it shows.
                """
                CREATE TABLE published_lists (
                    issuer_key BLOB NOT NULL, shard INTEGER NOT NULL, is_delta INTEGER NOT NULL, number INTEGER NOT NULL, base_number INTEGER,
                    covers INTEGER NOT NULL, this_update INTEGER NOT NULL, next_update INTEGER NOT NULL, entries INTEGER NOT NULL,
                    body BLOB NOT NULL, PRIMARY KEY (issuer_key, shard, is_delta, number)
                )
                """,
                """
                INSERT INTO published_lists (issuer_key, shard, is_delta, number, covers, this_update, next_update, entries, body)
                    SELECT issuer_key, 0, 0, number, 0, this_update, next_update, 0, body FROM revocation_lists
                """,
                "DROP TABLE revocation_lists",
                // Counts the changes of an issuer's revocations; `urgent` is the last that a list must show at once.
                "CREATE TABLE revocation_versions (issuer_key BLOB PRIMARY KEY, version INTEGER NOT NULL, urgent INTEGER NOT NULL)",
                // What changed, for as long as a delta may have to tell of it.
                """
                CREATE TABLE revocation_changes (
                    issuer_key BLOB NOT NULL, version INTEGER NOT NULL, serial BLOB NOT NULL, is_release INTEGER NOT NULL,
                    PRIMARY KEY (issuer_key, version)
                )
                """,
                // Work that one process does at a time.
                "CREATE TABLE job_leases (name TEXT PRIMARY KEY, holder BLOB NOT NULL, fence INTEGER NOT NULL, lease_until INTEGER NOT NULL)",
            ]),
        Migration(
            module: "revocation", version: 2,
            statements: [
                // What took a certificate's place; it may be superseded some time after.
                "CREATE TABLE renewals (predecessor BLOB PRIMARY KEY, successor BLOB NOT NULL, supersede_at INTEGER)",
                "CREATE INDEX renewals_due ON renewals (supersede_at) WHERE supersede_at IS NOT NULL",
                // Up to which end, or for which thing, a threshold was told of.
                "CREATE TABLE alert_marks (subject TEXT NOT NULL, threshold INTEGER NOT NULL, mark INTEGER NOT NULL, PRIMARY KEY (subject, threshold))",
                // Messages on their way to the webhook.
                "CREATE TABLE alert_messages (id BLOB PRIMARY KEY, body TEXT NOT NULL, attempts INTEGER NOT NULL, next_attempt INTEGER NOT NULL)",
            ]),
    ]
}
