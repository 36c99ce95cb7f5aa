/// One writing SQL statement with `?` placeholders: the common subset of SQLite and PostgreSQL, never text from a client inside `sql`.
package struct Statement: Sendable, Hashable {
    package let sql: String
    package let parameters: [SQLValue]
    /// How many rows the statement must change; another number undoes the whole unit. `nil`: any.
    package let expectedRows: Int?
    /// Names the condition for the caller, who finds it in ``PersistenceError/unmet(label:)``.
    package let label: String?

    package init(_ sql: String, _ parameters: [SQLValue] = [], expectedRows: Int? = nil, label: String? = nil) {
        self.sql = sql
        self.parameters = parameters
        self.expectedRows = expectedRows
        self.label = label
    }
}
