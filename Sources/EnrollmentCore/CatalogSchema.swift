import Persistence

/// The tables that versions and rules of the catalog need beside the core's own (docs/SCHEMA.md).
enum CatalogSchema {
    static let migrations: [Migration] = [
        Migration(
            module: "catalog", version: 1,
            statements: [
                // Every version that an endpoint ever had, from its first change on; the present one stands in `endpoints` too.
                """
                CREATE TABLE endpoint_versions (
                    name TEXT NOT NULL, version INTEGER NOT NULL, body TEXT NOT NULL, created_at INTEGER NOT NULL, PRIMARY KEY (name, version)
                )
                """,
                // What a policy rule with a rate has let pass, until its window is over. Empty where no rule has one.
                """
                CREATE TABLE rate_uses (
                    scope BLOB NOT NULL, request BLOB NOT NULL, used_at INTEGER NOT NULL, PRIMARY KEY (scope, request)
                )
                """,
            ])
    ]
}
