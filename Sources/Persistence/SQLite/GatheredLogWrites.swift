import Foundation
internal import GRDBSQLite

/// A layer before SQLite's VFS that puts a `LogFile` before every write-ahead log; other files pass by.
enum GatheredLogWrites {
    /// Makes it the default of every connection opened from now on; once in a process.
    /// - Returns: whether SQLite took it; everything works without.
    static func install() -> Bool {
        guard let below = sqlite3_vfs_find(nil) else { return false }
        Self.below = below
        let layer = UnsafeMutablePointer<sqlite3_vfs>.allocate(capacity: 1)
        layer.initialize(to: below.pointee)
        layer.pointee.pNext = nil
        layer.pointee.zName = UnsafePointer(strdup("gathered-log-writes"))
        layer.pointee.szOsFile += Int32(LogFile.size)
        layer.pointee.xOpen = { _, name, file, flags, outFlags in GatheredLogWrites.open(name, file, flags, outFlags) }
        return sqlite3_vfs_register(layer, 1) == SQLITE_OK
    }

    /// SQLite's own VFS. Written once, before SQLite can call `open`.
    nonisolated(unsafe) private static var below: UnsafeMutablePointer<sqlite3_vfs>?

    private static func open(
        _ name: UnsafePointer<CChar>?, _ file: UnsafeMutablePointer<sqlite3_file>?, _ flags: Int32, _ outFlags: UnsafeMutablePointer<Int32>?
    ) -> Int32 {
        guard let below, let file else { return SQLITE_ERROR }
        guard flags & SQLITE_OPEN_WAL != 0 else { return below.pointee.xOpen(below, name, file, flags, outFlags) }
        let log = LogFile(preparing: file)
        let code = below.pointee.xOpen(below, name, log.below, flags, outFlags)
        // A file without methods is one that SQLite need not close.
        if log.below.pointee.pMethods != nil { log.begin() }
        return code
    }
}
