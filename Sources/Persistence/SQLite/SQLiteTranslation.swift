import Foundation
internal import GRDB
internal import GRDBSQLite

extension PersistenceError {
    /// Any error of the driver, sorted into ours.
    init(_ error: any Error) {
        switch error {
        case let error as PersistenceError: self = error
        case let error as DatabaseError: self.init(error)
        default: self = .unavailable("\(error)")
        }
    }

    private init(_ error: DatabaseError) {
        switch error.extendedResultCode {
        case .SQLITE_CONSTRAINT_UNIQUE, .SQLITE_CONSTRAINT_PRIMARYKEY, .SQLITE_CONSTRAINT_ROWID:
            self = .conflict(detail: error.message ?? "UNIQUE")
        default:
            // Not the error's own description: that carries the statement's arguments, which may be secrets.
            self = .unavailable("SQLite \(error.extendedResultCode.rawValue): \(error.message ?? "no message") [\(error.sql ?? "-")]")
        }
    }
}

extension PersistenceError {
    /// What SQLite says of the last call on this connection, which returned `code`.
    init(_ code: Int32, on connection: OpaquePointer, _ sql: String) {
        let extended = sqlite3_extended_errcode(connection)
        let message = sqlite3_errmsg(connection).map { String(cString: $0) } ?? "no message"
        switch extended {
        case SQLITE_CONSTRAINT | 8 << 8, SQLITE_CONSTRAINT | 6 << 8, SQLITE_CONSTRAINT | 10 << 8: self = .conflict(detail: message)
        default: self = .unavailable("SQLite \(extended == SQLITE_OK ? code : extended): \(message) [\(sql)]")
        }
    }
}

extension Statement {
    func execute(_ connection: RawConnection) throws(PersistenceError) {
        let prepared = try connection.statement(sql)
        // BEGIN, COMMIT and SELECT are read-only to SQLite; none has a place in a unit.
        guard !prepared.isReadOnly else { throw .unavailable("a write unit holds a statement that writes nothing: \(sql)") }
        let changed = try prepared.execute(parameters)
        guard let expectedRows else { return }
        guard changed == expectedRows else { throw .unmet(label: label) }
    }
}
