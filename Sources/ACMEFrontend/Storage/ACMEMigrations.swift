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
    ]
}
