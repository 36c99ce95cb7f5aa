import Foundation
internal import GRDBSQLite

/// One connection's write-ahead log. SQLite writes each page by two calls, one for the frame's header and one for the page; while a COMMIT runs
/// they are gathered here and go to the file by one (docs/adr/0020-gathered-log-writes.md).
///
/// Lies in the memory of SQLite's `sqlite3_file`, before the file of the VFS below; as with every one of those, one thread at a time uses it.
struct LogFile {
    private struct State {
        /// What SQLite sees.
        var face = sqlite3_file()
        var isGathering = false
        /// What is gathered, and where in the file it belongs. The memory is allocated once, by the first COMMIT.
        var gathered: UnsafeMutableRawPointer?
        var count = 0
        var start: sqlite3_int64 = 0
    }

    /// Some thirty pages of 4 KiB.
    private static let capacity = 128 * 1024

    /// How much memory it takes, aligned for the file behind it.
    static let size = (MemoryLayout<State>.size + 15) & ~15

    private let state: UnsafeMutablePointer<State>
    /// The file of the VFS below.
    let below: UnsafeMutablePointer<sqlite3_file>

    private init(_ file: UnsafeMutablePointer<sqlite3_file>) {
        let memory = UnsafeMutableRawPointer(file)
        state = memory.assumingMemoryBound(to: State.self)
        below = memory.advanced(by: Self.size).assumingMemoryBound(to: sqlite3_file.self)
    }

    /// - Parameter file: memory for `size` octets and for the file below.
    init(preparing file: UnsafeMutablePointer<sqlite3_file>) {
        self.init(file)
        state.initialize(to: State())
        below.initialize(to: sqlite3_file())
    }

    /// The file below is open: from now on SQLite calls here.
    func begin() { state.pointee.face.pMethods = UnsafePointer(Self.methods) }

    /// The log that a connection writes to; nil where the layer is not below it.
    init?(of connection: OpaquePointer) {
        var file: UnsafeMutablePointer<sqlite3_file>?
        guard sqlite3_file_control(connection, nil, SQLITE_FCNTL_JOURNAL_POINTER, &file) == SQLITE_OK, let file,
            file.pointee.pMethods == UnsafePointer(Self.methods)
        else { return nil }
        self.init(file)
    }

    // MARK: Gathering

    /// A COMMIT begins. What it writes is in the file before it syncs, and with `synchronous=FULL` it syncs before it lets anybody know.
    func gather() { state.pointee.isGathering = true }

    /// The COMMIT has ended. Of one that failed nothing is to be written any more: its place may be another's by now.
    func endGathering() {
        state.pointee.isGathering = false
        state.pointee.count = 0
    }

    /// What a COMMIT has left gathered that did not sync.
    func leaveNothing() throws(PersistenceError) {
        guard flush() == SQLITE_OK else { throw .unavailable("the write-ahead log could not be written") }
    }

    private func write(_ octets: UnsafeRawPointer, _ length: Int, at place: sqlite3_int64) -> Int32 {
        if state.pointee.isGathering {
            if !follows(place) || state.pointee.count + length > Self.capacity {
                let code = flush()
                guard code == SQLITE_OK else { return code }
            }
            if keep(octets, length, at: place) { return SQLITE_OK }
        }
        return below.pointee.pMethods.pointee.xWrite(below, octets, Int32(length), place)
    }

    private func follows(_ place: sqlite3_int64) -> Bool { place == state.pointee.start + sqlite3_int64(state.pointee.count) }

    /// - Returns: whether there is room.
    private func keep(_ octets: UnsafeRawPointer, _ length: Int, at place: sqlite3_int64) -> Bool {
        if state.pointee.gathered == nil { state.pointee.gathered = malloc(Self.capacity) }
        guard let gathered = state.pointee.gathered, state.pointee.count + length <= Self.capacity else { return false }
        if state.pointee.count == 0 { state.pointee.start = place }
        gathered.advanced(by: state.pointee.count).copyMemory(from: octets, byteCount: length)
        state.pointee.count += length
        return true
    }

    private func flush() -> Int32 {
        guard state.pointee.count > 0 else { return SQLITE_OK }
        let code = below.pointee.pMethods.pointee.xWrite(
            below, state.pointee.gathered, Int32(state.pointee.count), state.pointee.start)
        if code == SQLITE_OK { state.pointee.count = 0 }
        return code
    }

    private func afterFlush(_ call: (UnsafeMutablePointer<sqlite3_file>, sqlite3_io_methods) -> Int32) -> Int32 {
        let code = flush()
        return code == SQLITE_OK ? call(below, below.pointee.pMethods.pointee) : code
    }

    // MARK: What SQLite calls

    /// Version 1 of the methods: shared memory and mapping are the database file's business.
    nonisolated(unsafe) private static let methods: UnsafeMutablePointer<sqlite3_io_methods> = {
        let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
        methods.initialize(to: sqlite3_io_methods())
        methods.pointee.iVersion = 1
        methods.pointee.xClose = { file in on(file) { $0.close() } }
        methods.pointee.xRead = { file, octets, count, place in on(file) { $0.afterFlush { $1.xRead($0, octets, count, place) } } }
        methods.pointee.xWrite = { file, octets, count, place in
            guard let octets else { return SQLITE_MISUSE }
            return on(file) { $0.write(octets, Int(count), at: place) }
        }
        methods.pointee.xTruncate = { file, size in on(file) { $0.afterFlush { $1.xTruncate($0, size) } } }
        methods.pointee.xSync = { file, flags in on(file) { $0.afterFlush { $1.xSync($0, flags) } } }
        methods.pointee.xFileSize = { file, size in on(file) { $0.afterFlush { $1.xFileSize($0, size) } } }
        methods.pointee.xLock = { file, level in on(file) { $0.afterFlush { $1.xLock($0, level) } } }
        methods.pointee.xUnlock = { file, level in on(file) { $0.afterFlush { $1.xUnlock($0, level) } } }
        methods.pointee.xCheckReservedLock = { file, isHeld in on(file) { $0.afterFlush { $1.xCheckReservedLock($0, isHeld) } } }
        methods.pointee.xFileControl = { file, operation, argument in
            on(file) { $0.afterFlush { $1.xFileControl($0, operation, argument) } }
        }
        methods.pointee.xSectorSize = { file in on(file) { $0.below.pointee.pMethods.pointee.xSectorSize($0.below) } }
        methods.pointee.xDeviceCharacteristics = { file in
            on(file) { $0.below.pointee.pMethods.pointee.xDeviceCharacteristics($0.below) }
        }
        return methods
    }()

    private static func on(_ file: UnsafeMutablePointer<sqlite3_file>?, _ call: (LogFile) -> Int32) -> Int32 {
        guard let file else { return SQLITE_MISUSE }
        return call(LogFile(file))
    }

    private func close() -> Int32 {
        free(state.pointee.gathered)
        state.pointee.gathered = nil
        endGathering()
        return below.pointee.pMethods.pointee.xClose(below)
    }
}
