import Foundation
import GRDBSQLite
import TestSupport
import Testing

@testable import Persistence

/// A file in memory that notes each call, in the place of the VFS below.
private final class RecordingFile {
    enum Call: Equatable {
        case write(Int, at: Int)
        case read, sync, close
    }

    private(set) var calls: [Call] = []
    private(set) var bytes: [UInt8] = []
    /// What `write` answers.
    var code = SQLITE_OK
    private let memory: UnsafeMutableRawPointer
    private let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)

    /// Where the file finds its `RecordingFile`: behind its methods.
    private struct Below {
        var face: sqlite3_file
        var owner: Unmanaged<RecordingFile>
    }

    let log: LogFile
    var face: UnsafeMutablePointer<sqlite3_file> { memory.assumingMemoryBound(to: sqlite3_file.self) }

    init() {
        memory = .allocate(byteCount: LogFile.size + MemoryLayout<Below>.size, alignment: 16)
        methods.initialize(to: sqlite3_io_methods())
        methods.pointee.xWrite = { file, octets, count, place in
            let owner = RecordingFile.behind(file)
            owner.calls.append(.write(Int(count), at: Int(place)))
            guard owner.code == SQLITE_OK else { return owner.code }
            let end = Int(place) + Int(count)
            if owner.bytes.count < end { owner.bytes += [UInt8](repeating: 0, count: end - owner.bytes.count) }
            owner.bytes.replaceSubrange(Int(place)..<end, with: UnsafeRawBufferPointer(start: octets, count: Int(count)))
            return SQLITE_OK
        }
        methods.pointee.xRead = { file, _, _, _ in RecordingFile.note(.read, file) }
        methods.pointee.xSync = { file, _ in RecordingFile.note(.sync, file) }
        methods.pointee.xClose = { file in RecordingFile.note(.close, file) }
        log = LogFile(preparing: memory.assumingMemoryBound(to: sqlite3_file.self))
        UnsafeMutableRawPointer(log.below).assumingMemoryBound(to: Below.self)
            .initialize(to: Below(face: sqlite3_file(pMethods: methods), owner: .passUnretained(self)))
        log.begin()
    }

    deinit {
        memory.deallocate()
        methods.deallocate()
    }

    private static func behind(_ file: UnsafeMutablePointer<sqlite3_file>?) -> RecordingFile {
        guard let file else { preconditionFailure("SQLite gives every method its file") }
        return UnsafeMutableRawPointer(file).assumingMemoryBound(to: Below.self).pointee.owner.takeUnretainedValue()
    }

    private static func note(_ call: Call, _ file: UnsafeMutablePointer<sqlite3_file>?) -> Int32 {
        behind(file).calls.append(call)
        return SQLITE_OK
    }

    @discardableResult
    func write(_ bytes: [UInt8], at place: Int) -> Int32 {
        face.pointee.pMethods.pointee.xWrite(face, bytes, Int32(bytes.count), Int64(place))
    }
    func sync() -> Int32 { face.pointee.pMethods.pointee.xSync(face, 0) }
    func read() -> Int32 {
        var octet: UInt8 = 0
        return face.pointee.pMethods.pointee.xRead(face, &octet, 1, 0)
    }
    func close() { _ = face.pointee.pMethods.pointee.xClose(face) }
}

@Suite struct LogFileTests {
    private let header = [UInt8](repeating: 1, count: 24)
    private let page = [UInt8](repeating: 2, count: 4096)

    private func writeFrames(_ count: Int, to file: RecordingFile, from start: Int = 32) {
        for frame in 0..<count {
            file.write(header, at: start + frame * 4120)
            file.write(page, at: start + frame * 4120 + 24)
        }
    }

    @Test func `The frames of a COMMIT are written by one call, before it syncs`() {
        let file = RecordingFile()
        file.log.gather()
        writeFrames(5, to: file)
        #expect(file.calls.isEmpty)
        #expect(file.sync() == SQLITE_OK)
        file.log.endGathering()
        #expect(file.calls == [.write(5 * 4120, at: 32), .sync])
        #expect(file.bytes.dropFirst(32).elementsEqual(Array(repeating: header + page, count: 5).joined()))
        file.close()
    }

    @Test func `Outside of a COMMIT everything is written at once`() {
        let file = RecordingFile()
        writeFrames(1, to: file)
        #expect(file.calls == [.write(24, at: 32), .write(4096, at: 56)])
        file.close()
    }

    @Test func `Much is written in parts, whole and in order`() {
        let file = RecordingFile()
        file.log.gather()
        writeFrames(100, to: file)
        #expect(file.sync() == SQLITE_OK)
        #expect(file.calls.count < 10)
        #expect(file.bytes.dropFirst(32).elementsEqual(Array(repeating: header + page, count: 100).joined()))
        // More than there is room for at once passes by.
        let long = [UInt8](repeating: 3, count: 1 << 18)
        file.write(header, at: 0)
        file.write(long, at: 24)
        #expect(file.calls.suffix(2) == [.write(24, at: 0), .write(1 << 18, at: 24)])
        file.close()
    }

    @Test func `A frame that is written over, and a read, come after what is gathered`() {
        let file = RecordingFile()
        file.log.gather()
        writeFrames(2, to: file)
        file.write([9, 9, 9, 9, 9, 9, 9, 9], at: 32)
        #expect(file.read() == SQLITE_OK)
        #expect(file.calls == [.write(2 * 4120, at: 32), .write(8, at: 32), .read])
        #expect(file.bytes[32..<41] == [9, 9, 9, 9, 9, 9, 9, 9, 1])
        file.close()
    }

    @Test func `A COMMIT that cannot be written is told so, and leaves nothing behind for a place that is another's by then`() {
        let file = RecordingFile()
        file.log.gather()
        writeFrames(2, to: file)
        file.code = SQLITE_FULL
        #expect(file.sync() == SQLITE_FULL)
        #expect(!file.calls.contains(.sync))
        file.log.endGathering()
        file.code = SQLITE_OK
        #expect(file.sync() == SQLITE_OK)
        #expect(file.bytes.isEmpty)
        file.close()
    }

    @Test func `What a COMMIT left that did not sync is written`() throws {
        let file = RecordingFile()
        file.log.gather()
        writeFrames(1, to: file)
        try file.log.leaveNothing()
        #expect(file.calls == [.write(4120, at: 32)])
        file.close()
        #expect(file.calls.last == .close)
    }

    @Test func `SQLite of another process reads what was committed, also after pages were written before the COMMIT and undone`()
        async throws
    {
        let scratch = try await Scratch()
        let database = scratch.database
        // More than the page cache holds: SQLite writes pages to the log before the COMMIT.
        let note = SQLValue.text(String(repeating: "x", count: 40_000))
        func insert(_ name: String) -> Statement {
            Statement("INSERT INTO thing (name, amount, note) VALUES (?, 1, ?)", [.text(name), note], expectedRows: 1)
        }
        for round in 0..<3 {
            try await database.write(WriteUnit((0..<400).map { insert("\(round)-\($0)") }))
            let twice = WriteUnit((0..<400).map { insert("undone-\($0)") } + [insert("undone-1")])
            #expect(await Scratch.failure(writing: twice, in: database) != nil)
            let reading = """
                import sqlite3, sys
                database = sqlite3.connect(sys.argv[1])
                for question in ("PRAGMA integrity_check", "SELECT COUNT(*) FROM thing"): print(*database.execute(question).fetchone())
                """
            let told = try await Command.run("python3", ["-c", reading, scratch.path]).checked()
            #expect(told.text == "ok\n\((round + 1) * 400)\n")
        }
    }
}
