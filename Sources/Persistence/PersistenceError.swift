/// Why a read or a write did not happen. A write that failed left nothing behind.
package enum PersistenceError: Error, Sendable, Hashable, CustomStringConvertible {
    /// A statement changed another number of rows than it was told to; `label` is the statement's.
    case unmet(label: String?)
    /// A UNIQUE index or primary key already holds the value.
    case conflict(detail: String)
    /// The database cannot do it: closed, full, locked, damaged, newer than this program, or the SQL is wrong.
    case unavailable(String)

    package var description: String {
        switch self {
        case .unmet(let label): "a condition of the write did not hold: \(label ?? "unnamed")"
        case .conflict(let detail): "already present: \(detail)"
        case .unavailable(let reason): "the database did not answer: \(reason)"
        }
    }
}
