internal import GRDBSQLite

/// The write-ahead log of the writing connection: how long it is, and when its pages go back into the database. SQLite's own automatic
/// checkpoint would run inside a COMMIT, while those whose units it makes durable wait. Used in the writer alone.
final class WriteAheadLog {
    /// So many pages gather: a page of an index is copied back once for many commits.
    private static let longest: Int32 = 4000

    private let connection: OpaquePointer
    private let pages = UnsafeMutablePointer<Int32>.allocate(capacity: 1)

    init(of connection: OpaquePointer) {
        self.connection = connection
        pages.initialize(to: 0)
        let hook: @convention(c) (UnsafeMutableRawPointer?, OpaquePointer?, UnsafePointer<CChar>?, Int32) -> Int32 = { pages, _, _, count in
            pages?.assumingMemoryBound(to: Int32.self).pointee = count
            return SQLITE_OK
        }
        sqlite3_wal_hook(connection, hook, pages)
    }

    /// The connection may be gone by now: it is `end()` that takes the hook away from one that goes on.
    deinit { pages.deallocate() }

    /// To be called before the connection is used without this log.
    func end() { sqlite3_wal_hook(connection, nil, nil) }

    /// Copies its pages back where they are many. The next commit then begins the log anew, unless somebody still reads from it.
    /// - Returns: whether they are many.
    func copyBackIfLong() -> Bool {
        guard pages.pointee >= Self.longest else { return false }
        sqlite3_wal_checkpoint_v2(connection, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
        return true
    }
}
