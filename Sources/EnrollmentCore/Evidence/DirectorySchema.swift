import Persistence

/// The table of what operators brought from their directories (docs/SCHEMA.md).
enum DirectorySchema {
    static let migrations: [Migration] = [
        Migration(
            module: "directory", version: 1,
            statements: [
                """
                CREATE TABLE directory_entries (
                    subject TEXT PRIMARY KEY, source TEXT NOT NULL, body TEXT NOT NULL, written_at INTEGER NOT NULL
                )
                """,
                "CREATE INDEX directory_entries_source ON directory_entries (source)",
            ])
    ]
}
