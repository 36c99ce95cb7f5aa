import Foundation
internal import GRDBSQLite

/// A prepared statement of one `RawConnection`, kept for the next use. Its methods throw `PersistenceError` without the values it was given.
final class RawStatement {
    let sql: String
    let isReadOnly: Bool
    private let handle: OpaquePointer
    private let connection: OpaquePointer
    private let values = BoundValues()
    private var columns: [String: Int] = [:]
    private var preparations: Int32 = -1

    /// - Throws: also for a text with a second statement.
    init(_ sql: String, on connection: OpaquePointer) throws(PersistenceError) {
        var handle: OpaquePointer?
        var hasMore = false
        let code = sql.withCString { start in
            var tail: UnsafePointer<CChar>?
            let code = sqlite3_prepare_v3(connection, start, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, &tail)
            while let next = tail?.pointee, next != 0 {
                if !isspace(Int32(next)).isTrue, next != CChar(UInt8(ascii: ";")) { hasMore = true }
                tail = tail?.successor()
            }
            return code
        }
        guard code == SQLITE_OK, let handle else { throw PersistenceError(code, on: connection, sql) }
        guard !hasMore else {
            sqlite3_finalize(handle)
            throw .unavailable("more than one statement: \(sql)")
        }
        self.sql = sql
        self.handle = handle
        self.connection = connection
        isReadOnly = sqlite3_stmt_readonly(handle) != 0
    }

    deinit { sqlite3_finalize(handle) }

    /// Runs it to its end.
    /// - Returns: how many rows it changed.
    func execute(_ parameters: [SQLValue]) throws(PersistenceError) -> Int {
        defer { reset() }
        try bind(parameters)
        var code = sqlite3_step(handle)
        while code == SQLITE_ROW { code = sqlite3_step(handle) }
        guard code == SQLITE_DONE else { throw PersistenceError(code, on: connection, sql) }
        return Int(sqlite3_changes(connection))
    }

    /// - Returns: all rows; nil when SQLite was interrupted by the connection's budget.
    func rows(_ parameters: [SQLValue]) throws(PersistenceError) -> [Row]? {
        defer { reset() }
        try bind(parameters)
        var rows: [Row] = []
        while true {
            let code = sqlite3_step(handle)
            switch code {
            case SQLITE_ROW: rows.append(try row())
            case SQLITE_DONE: return rows
            case SQLITE_INTERRUPT: return nil
            default: throw PersistenceError(code, on: connection, sql)
            }
        }
    }

    /// The values stay bound until the next ones take their place.
    private func reset() { sqlite3_reset(handle) }

    private func row() throws(PersistenceError) -> Row {
        // A change of the schema prepares it anew, perhaps with other columns.
        let preparations = sqlite3_stmt_status(handle, SQLITE_STMTSTATUS_REPREPARE, 0)
        if self.preparations != preparations {
            self.preparations = preparations
            columns = [:]
            for index in 0..<sqlite3_column_count(handle) {
                guard let name = sqlite3_column_name(handle, index).map({ String(cString: $0) }), columns[name] == nil else { continue }
                columns[name] = Int(index)
            }
        }
        var values: [SQLValue] = []
        let count = sqlite3_column_count(handle)
        values.reserveCapacity(Int(count))
        for index in 0..<count { values.append(try value(index)) }
        return Row(positions: columns, values: values)
    }

    private func value(_ index: Int32) throws(PersistenceError) -> SQLValue {
        switch sqlite3_column_type(handle, index) {
        case SQLITE_NULL: return .null
        case SQLITE_INTEGER: return .integer(sqlite3_column_int64(handle, index))
        case SQLITE_TEXT:
            let start = sqlite3_column_text(handle, index)
            return .text(
                String(decoding: UnsafeBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, index))), as: UTF8.self))
        case SQLITE_BLOB:
            let start = sqlite3_column_blob(handle, index)
            return .blob([UInt8](UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, index)))))
        default: throw .unavailable("floating point numbers are not part of the port")
        }
    }

    private func bind(_ parameters: [SQLValue]) throws(PersistenceError) {
        guard sqlite3_bind_parameter_count(handle) == Int32(parameters.count) else {
            throw .unavailable("\(parameters.count) values for another number of placeholders: \(sql)")
        }
        values.makeRoom(for: parameters)
        for (offset, value) in parameters.enumerated() {
            let code = try bind(value, at: Int32(offset) + 1)
            guard code == SQLITE_OK else { throw PersistenceError(code, on: connection, sql) }
        }
    }

    /// - Throws: for a text with a NUL, which SQLite would give back cut short and PostgreSQL refuses.
    private func bind(_ value: SQLValue, at position: Int32) throws(PersistenceError) -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(handle, position)
        case .integer(let number): return sqlite3_bind_int64(handle, position, number)
        case .text(var text):
            let kept = text.withUTF8 { values.keep(UnsafeRawBufferPointer($0)) }
            if let start = kept.baseAddress, memchr(start, 0, kept.count) != nil {
                throw .unavailable("a text value holds a NUL character")
            }
            return sqlite3_bind_text(handle, position, kept.baseAddress?.assumingMemoryBound(to: CChar.self), Int32(kept.count), nil)
        case .blob(let bytes):
            let kept = bytes.withUnsafeBytes { values.keep($0) }
            return sqlite3_bind_blob(handle, position, kept.baseAddress, Int32(kept.count), nil)
        }
    }
}

/// The octets of the texts and blobs that are bound to one statement, in one piece of memory that is used again: SQLite would allocate for each.
private final class BoundValues {
    /// What longer values took is given back with the next ones.
    private static let longest = 1 << 16

    private var memory = UnsafeMutableRawBufferPointer.allocate(byteCount: 1, alignment: 1)
    private var count = 0

    deinit { memory.deallocate() }

    /// From now on the former values are gone.
    func makeRoom(for parameters: [SQLValue]) {
        count = 0
        let length = parameters.reduce(1) { $0 + $1.octetCount }
        guard length > memory.count || (memory.count > Self.longest && length <= Self.longest) else { return }
        memory.deallocate()
        memory = .allocate(byteCount: length + length / 2, alignment: 1)
    }

    /// - Returns: the copy; it has an address even where it is empty: without one it would be NULL.
    func keep(_ octets: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        let place = UnsafeMutableRawBufferPointer(rebasing: memory[count..<count + octets.count])
        place.copyMemory(from: octets)
        count += octets.count
        return UnsafeRawBufferPointer(place)
    }
}

extension SQLValue {
    fileprivate var octetCount: Int {
        switch self {
        case .null, .integer: 0
        case .text(let text): text.utf8.count
        case .blob(let bytes): bytes.count
        }
    }
}

extension Int32 {
    fileprivate var isTrue: Bool { self != 0 }
}
