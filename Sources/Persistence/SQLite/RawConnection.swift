internal import GRDBSQLite

/// A connection for the hot path, with its prepared statements. One thread at a time may use it; who hands it on sees to that.
final class RawConnection {
    let handle: OpaquePointer
    private let isOwned: Bool
    private var statements: [String: RawStatement] = [:]
    /// The same by the place of their text in memory: nearly every text is a literal, which is found without reading it.
    private var places: [UnsafeRawPointer: RawStatement] = [:]
    private let budget: Budget?

    /// So many different texts of SQL are kept prepared.
    private static let capacity = 256

    /// Works on a connection that somebody else opened and will close, after `forgetStatements()`.
    init(adopting handle: OpaquePointer) {
        self.handle = handle
        isOwned = false
        budget = nil
    }

    /// Opens the database for reading only.
    init(readingFrom path: String) throws(PersistenceError) {
        var handle: OpaquePointer?
        // No mutex of SQLite's own: the pool gives a connection to one thread at a time.
        let code = sqlite3_open_v2(path, &handle, SQLITE_OPEN_READONLY | SQLITE_OPEN_NOMUTEX, nil)
        guard code == SQLITE_OK, let handle else {
            let error = handle.map { PersistenceError(code, on: $0, "-") } ?? .unavailable("SQLite has no memory")
            sqlite3_close_v2(handle)
            throw error
        }
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, 10_000)
        // The cache is stale after each commit anyway.
        sqlite3_exec(handle, "PRAGMA query_only = 1; PRAGMA cache_size = -512", nil, nil, nil)
        self.handle = handle
        isOwned = true
        budget = Budget(handle)
    }

    deinit {
        forgetStatements()
        if isOwned { sqlite3_close_v2(handle) }
    }

    var isInsideTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    func statement(_ sql: String) throws(PersistenceError) -> RawStatement {
        let place = sql.utf8.withContiguousStorageIfAvailable { UnsafeRawPointer($0.baseAddress) } ?? nil
        // Another text may have taken the place of one that is no literal.
        if let place, let known = places[place], known.sql == sql { return known }
        let statement: RawStatement
        if let known = statements[sql] { statement = known } else { statement = try prepare(sql) }
        if places.count >= Self.capacity { places.removeAll(keepingCapacity: true) }
        if let place { places[place] = statement }
        return statement
    }

    private func prepare(_ sql: String) throws(PersistenceError) -> RawStatement {
        let fresh = try RawStatement(sql, on: handle)
        if statements.count >= Self.capacity { forgetStatements() }
        statements[sql] = fresh
        return fresh
    }

    func execute(_ sql: String) throws(PersistenceError) { _ = try statement(sql).execute([]) }

    /// COMMIT, whose writes to the write-ahead log are gathered.
    func commit() throws(PersistenceError) {
        let log = LogFile(of: handle)
        log?.gather()
        defer { log?.endGathering() }
        try execute("COMMIT")
        try log?.leaveNothing()
    }

    func forgetStatements() {
        statements.removeAll()
        places.removeAll()
    }

    /// - Parameter isBounded: give up after a millisecond's work or so.
    /// - Returns: nil when it gave up.
    func rows(_ sql: String, _ parameters: [SQLValue], isBounded: Bool) throws(PersistenceError) -> [Row]? {
        budget?.begin(isBounded: isBounded)
        return try statement(sql).rows(parameters)
    }

    /// How much more a read may do, counted by SQLite in instructions of its virtual machine.
    private final class Budget {
        private static let instructionsAStep: Int32 = 1000
        private static let steps: Int32 = 15
        private let remaining = UnsafeMutablePointer<Int32>.allocate(capacity: 1)

        init(_ connection: OpaquePointer) {
            remaining.initialize(to: .max)
            let callback: @convention(c) (UnsafeMutableRawPointer?) -> Int32 = { context in
                guard let remaining = context?.assumingMemoryBound(to: Int32.self), remaining.pointee != .max else { return 0 }
                remaining.pointee -= 1
                return remaining.pointee <= 0 ? 1 : 0
            }
            sqlite3_progress_handler(connection, Self.instructionsAStep, callback, remaining)
        }

        deinit { remaining.deallocate() }

        func begin(isBounded: Bool) { remaining.pointee = isBounded ? Self.steps : .max }
    }
}
