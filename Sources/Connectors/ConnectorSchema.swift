import Persistence

/// The tables of services outside that endpoints ask (docs/SCHEMA.md).
package enum ConnectorSchema {
    package static let migrations: [Migration] = [
        Migration(
            module: "connectors", version: 1,
            statements: [
                // Whom an endpoint asks; `sealed` holds the shared secret and the authorization, AES-256-GCM.
                """
                CREATE TABLE webhooks (
                    endpoint TEXT PRIMARY KEY, url TEXT NOT NULL, format TEXT NOT NULL, identifier TEXT NOT NULL, notifies INTEGER NOT NULL,
                    allows_loopback INTEGER NOT NULL, sealed BLOB NOT NULL, created_at INTEGER NOT NULL
                )
                """
            ]),
        // Whether SIDs, names and attributes that the service tells are a directory's word.
        Migration(
            module: "connectors-directory", version: 1,
            statements: ["ALTER TABLE webhooks ADD COLUMN tells_directory INTEGER NOT NULL DEFAULT 0"]),
    ]
}
