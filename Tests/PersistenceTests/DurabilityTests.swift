import Foundation
import Testing

@testable import Persistence

@Suite struct DurabilityTests {
    @Test func `The writing connection reads back synchronous FULL and the file is in WAL mode`() async throws {
        let scratch = try await Scratch()
        #expect(try scratch.database.synchronousLevel() == 2)
        let row = try #require(try await scratch.database.read("PRAGMA journal_mode").first)
        #expect(try row.text("journal_mode") == "wal")
    }

    @Test func `The level is still FULL after writes, migrations and a backup`() async throws {
        let scratch = try await Scratch()
        try await scratch.database.write(Scratch.insert("a"))
        try await scratch.database.backup(to: scratch.path + ".copy")
        #expect(try scratch.database.synchronousLevel() == 2)
    }

    @Test func `The file and its companions are readable by the owner alone`() async throws {
        let scratch = try await Scratch()
        try await scratch.database.write(Scratch.insert("a"))
        #expect(try Scratch.mode(scratch.path) == 0o600)
        #expect(try Scratch.mode(scratch.path + "-wal") == 0o600)
        #expect(try Scratch.mode(scratch.path + "-shm") == 0o600)
    }

    @Test func `A file that others could read is closed to them when it is opened`() async throws {
        let scratch = try await Scratch()
        scratch.database.close()
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: scratch.path)
        let reopened = try SQLiteDatabase(path: scratch.path)
        defer { reopened.close() }
        #expect(try Scratch.mode(scratch.path) == 0o600)
    }

    @Test func `What write returned for is there after the database is opened again`() async throws {
        let scratch = try await Scratch()
        try await scratch.database.write(Scratch.insert("kept"))
        // A second pool, as after a crash: the first one is never closed in order.
        let reopened = try SQLiteDatabase(path: scratch.path)
        defer { reopened.close() }
        #expect(try await Scratch.names(in: reopened) == ["kept"])
        #expect(try reopened.synchronousLevel() == 2)
    }

    /// Its statements and its log outlive its connection then; the tests run with a heap that overwrites what is freed.
    @Test func `A database that nobody closed may go`() async throws {
        let scratch = try await Scratch()
        for name in ["a", "b", "c"] {
            let unclosed = try SQLiteDatabase(path: scratch.path)
            try await unclosed.write(Scratch.insert(name))
        }
        #expect(try await Scratch.names(in: scratch.database) == ["a", "b", "c"])
    }

    @Test func `A closed database refuses reads and writes`() async throws {
        let scratch = try await Scratch()
        scratch.database.close()
        await #expect(throws: PersistenceError.unavailable("the database is closed")) {
            try await scratch.database.write(Scratch.insert("a"))
        }
        await #expect(throws: PersistenceError.self) { try await scratch.database.read("SELECT 1") }
    }

    @Test func `A file that is no database is refused when it is opened`() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("muster-\(UUID().uuidString).db").path
        defer { unlink(path) }
        try Data(repeating: 0x41, count: 8192).write(to: URL(fileURLWithPath: path))
        #expect(throws: PersistenceError.self) { try SQLiteDatabase(path: path) }
    }
}
