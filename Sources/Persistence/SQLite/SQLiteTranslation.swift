import Foundation
internal import GRDB

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

extension SQLValue {
    /// - Throws: for a text with a NUL, which SQLite would give back cut short and PostgreSQL refuses.
    func databaseValue() throws(PersistenceError) -> DatabaseValue {
        switch self {
        case .null: return .null
        case .integer(let number): return number.databaseValue
        case .text(let text):
            guard !text.utf8.contains(0) else { throw .unavailable("a text value holds a NUL character") }
            return text.databaseValue
        case .blob(let bytes): return Data(bytes).databaseValue
        }
    }

    init(_ value: DatabaseValue) throws(PersistenceError) {
        switch value.storage {
        case .null: self = .null
        case .int64(let number): self = .integer(number)
        case .string(let text): self = .text(text)
        case .blob(let data): self = .blob([UInt8](data))
        case .double: throw .unavailable("floating point numbers are not part of the port")
        }
    }
}

extension Statement {
    func execute(_ connection: GRDB.Database) throws {
        let prepared = try connection.cachedStatement(sql: sql)
        // BEGIN, COMMIT and SELECT are read-only to SQLite; none has a place in a unit.
        guard !prepared.isReadonly else { throw PersistenceError.unavailable("a write unit holds a statement that writes nothing: \(sql)") }
        try prepared.execute(arguments: StatementArguments(parameters.map { try $0.databaseValue() }))
        guard let expectedRows else { return }
        guard connection.changesCount == expectedRows else { throw PersistenceError.unmet(label: label) }
    }
}

extension Row {
    static func fetchAll(_ statement: GRDB.Statement, _ parameters: [SQLValue]) throws -> [Row] {
        var positions: [String: Int] = [:]
        for (position, name) in statement.columnNames.enumerated() where positions[name] == nil { positions[name] = position }
        let cursor = try GRDB.Row.fetchCursor(statement, arguments: StatementArguments(parameters.map { try $0.databaseValue() }))
        var rows: [Row] = []
        while let row = try cursor.next() { rows.append(Row(positions: positions, values: try row.databaseValues.map(SQLValue.init))) }
        return rows
    }
}
