import Persistence

/// The table of those who may revoke (docs/SCHEMA.md).
enum RevokerSchema {
    static let migrations: [Migration] = [
        Migration(
            module: "revokers", version: 1,
            statements: [
                """
                CREATE TABLE revokers (
                    endpoint TEXT NOT NULL, name TEXT NOT NULL, token_hash BLOB NOT NULL, created_at BIGINT NOT NULL,
                    PRIMARY KEY (endpoint, name)
                )
                """
            ])
    ]
}
