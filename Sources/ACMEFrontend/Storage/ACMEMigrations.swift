import Persistence

/// The door's own tables (docs/SCHEMA.md).
package enum ACMEMigrations {
    package static let all: [Migration] = [
        Migration(
            module: "acme", version: 1,
            statements: [
                """
                CREATE TABLE acme_accounts (
                    id TEXT PRIMARY KEY, endpoint TEXT NOT NULL, thumbprint TEXT NOT NULL, jwk TEXT NOT NULL, status TEXT NOT NULL,
                    contact TEXT NOT NULL, terms_agreed BIGINT NOT NULL, created_at BIGINT NOT NULL, last_order_at BIGINT)
                """,
                "CREATE UNIQUE INDEX acme_accounts_by_key ON acme_accounts (endpoint, thumbprint)",
                """
                CREATE TABLE acme_orders (
                    id TEXT PRIMARY KEY, endpoint TEXT NOT NULL, account_id TEXT NOT NULL, status TEXT NOT NULL, identifiers TEXT NOT NULL,
                    created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, request_digest TEXT, certificate TEXT, error TEXT)
                """,
                "CREATE INDEX acme_orders_by_account ON acme_orders (account_id, id)",
                "CREATE INDEX acme_orders_by_expiry ON acme_orders (expires_at)",
                """
                CREATE TABLE acme_authorizations (
                    id TEXT PRIMARY KEY, account_id TEXT NOT NULL, identifier_type TEXT NOT NULL, identifier_value TEXT NOT NULL,
                    status TEXT NOT NULL, expires_at BIGINT NOT NULL)
                """,
                "CREATE INDEX acme_authorizations_by_account ON acme_authorizations (account_id, identifier_value)",
                "CREATE INDEX acme_authorizations_by_expiry ON acme_authorizations (expires_at)",
                """
                CREATE TABLE acme_order_authorizations (
                    order_id TEXT NOT NULL, position BIGINT NOT NULL, authorization_id TEXT NOT NULL, PRIMARY KEY (order_id, position))
                """,
                "CREATE INDEX acme_order_authorizations_by_authorization ON acme_order_authorizations (authorization_id)",
                """
                CREATE TABLE acme_challenges (
                    id TEXT PRIMARY KEY, authorization_id TEXT NOT NULL, type TEXT NOT NULL, token TEXT NOT NULL, status TEXT NOT NULL,
                    validated_at BIGINT, error TEXT)
                """,
                "CREATE INDEX acme_challenges_by_authorization ON acme_challenges (authorization_id)",
            ]),
        Migration(
            module: "acme", version: 2,
            statements: [
                // Every new order counts its account's open ones, among perhaps very many finished ones.
                """
                CREATE INDEX acme_orders_open ON acme_orders (account_id, expires_at)
                    WHERE status IN ('pending', 'ready', 'processing')
                """
            ]),
        Migration(
            module: "acme", version: 3,
            statements: [
                // An order is one row, with its authorizations and their challenges as JSON: they are always read and changed together.
                """
                CREATE TABLE acme_orders_in_one (
                    id TEXT PRIMARY KEY, endpoint TEXT NOT NULL, account_id TEXT NOT NULL, status TEXT NOT NULL, revision BIGINT NOT NULL,
                    authorizations TEXT NOT NULL, expires_at BIGINT NOT NULL, request_digest TEXT, certificate TEXT, error TEXT)
                """,
                // Authorizations that were swept already, of orders that are still readable, have expired long ago.
                """
                INSERT INTO acme_orders_in_one
                    (id, endpoint, account_id, status, revision, authorizations, expires_at, request_digest, certificate, error)
                WITH RECURSIVE chain (order_id, place, body) AS (
                    SELECT o.order_id, o.position, \(authorization) FROM acme_order_authorizations o
                        JOIN acme_authorizations a ON a.id = o.authorization_id JOIN acme_challenges c ON c.authorization_id = a.id
                        WHERE o.position = 0
                    UNION ALL
                    SELECT o.order_id, o.position, chain.body || ',' || \(authorization) FROM chain
                        JOIN acme_order_authorizations o ON o.order_id = chain.order_id AND o.position = chain.place + 1
                        JOIN acme_authorizations a ON a.id = o.authorization_id JOIN acme_challenges c ON c.authorization_id = a.id)
                SELECT r.id, r.endpoint, r.account_id, r.status, 0,
                    COALESCE('[' || chain.body || ']', REPLACE(r.identifiers, '{"type":', '\(sweptAuthorization)')),
                    r.expires_at, r.request_digest, r.certificate, r.error
                FROM acme_orders r LEFT JOIN chain ON chain.order_id = r.id
                    AND chain.place = (SELECT MAX(p.position) FROM acme_order_authorizations p WHERE p.order_id = r.id)
                """,
                // What an account may revoke for by name.
                """
                CREATE TABLE acme_authorized_names (
                    account_id TEXT NOT NULL, type TEXT NOT NULL, value TEXT NOT NULL, order_id TEXT NOT NULL, expires_at BIGINT NOT NULL)
                """,
                "CREATE INDEX acme_authorized_names_by_account ON acme_authorized_names (account_id, value)",
                """
                INSERT INTO acme_authorized_names (account_id, type, value, order_id, expires_at)
                    SELECT a.account_id, a.identifier_type, a.identifier_value, o.order_id, a.expires_at
                    FROM acme_authorizations a JOIN acme_order_authorizations o ON o.authorization_id = a.id WHERE a.status = 'valid'
                """,
                "DROP TABLE acme_challenges", "DROP TABLE acme_order_authorizations", "DROP TABLE acme_authorizations",
                "DROP TABLE acme_orders", "ALTER TABLE acme_orders_in_one RENAME TO acme_orders",
                "CREATE INDEX acme_orders_by_account ON acme_orders (account_id, id)",
                // Every new order counts its account's open ones, among perhaps very many finished ones.
                """
                CREATE INDEX acme_orders_open ON acme_orders (account_id, expires_at)
                    WHERE status IN ('pending', 'ready', 'processing')
                """,
                // For sweeping; orders that go well never touch it.
                "CREATE INDEX acme_orders_invalid ON acme_orders (expires_at) WHERE status = 'invalid'",
            ]),
        // The core keeps the certificate; `certificate` stays for the orders of former versions.
        Migration(module: "acme", version: 4, statements: ["ALTER TABLE acme_orders ADD COLUMN issuance BLOB"]),
        // Of the same orders. For `IN` and three values SQLite built a table of them at each change of an order, twice.
        Migration(
            module: "acme", version: 5,
            statements: [
                "DROP INDEX acme_orders_open",
                """
                CREATE INDEX acme_orders_open ON acme_orders (account_id, expires_at) WHERE status <> 'valid' AND status <> 'invalid'
                """,
            ]),
    ]

    /// Version 3: an authorization `a` and its challenge `c` as the order's row holds them.
    private static let authorization = """
        '{"challenge":{' || COALESCE('"error":' || c.error || ',', '') || '"status":"' || c.status || '","token":"' || c.token
            || '","type":"' || c.type || '"' || COALESCE(',"validated":' || CAST(c.validated_at AS TEXT), '') || '},"expires":'
            || CAST(a.expires_at AS TEXT) || ',"status":"' || a.status || '","type":"' || a.identifier_type || '","value":"'
            || a.identifier_value || '"}'
        """
    /// The same of one that was swept, up to the identifier's type.
    private static let sweptAuthorization =
        #"{"challenge":{"status":"valid","token":"","type":"http-01"},"expires":0,"status":"valid","type":"#
}
