import Foundation
import Testing

@testable import Persistence

@Suite struct BackupTests {
    @Test func `A backup under load is consistent and opens as a database`() async throws {
        let scratch = try await Scratch()
        let database = scratch.database
        let copy = scratch.path + ".backup"
        try await database.write(Scratch.insert("before"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<16 {
                group.addTask {
                    for step in 0..<20 {
                        try await database.write(WriteUnit([Scratch.insert("\(task)-\(step)-a"), Scratch.insert("\(task)-\(step)-b")]))
                    }
                }
            }
            group.addTask { try await database.backup(to: copy) }
            try await group.waitForAll()
        }
        #expect(try Scratch.mode(copy) == 0o600)
        let opened = try SQLiteDatabase(path: copy)
        defer { opened.close() }
        let names = try await Scratch.names(in: opened)
        #expect(names.contains("before"))
        #expect(names.count % 2 == 1)
        let row = try #require(try await opened.read("PRAGMA integrity_check").first)
        #expect(try row.text("integrity_check") == "ok")
    }

    @Test func `A backup never overwrites and leaves no part behind`() async throws {
        let scratch = try await Scratch()
        let copy = scratch.path + ".backup"
        try await scratch.database.backup(to: copy)
        await #expect(throws: PersistenceError.self) { try await scratch.database.backup(to: copy) }
        #expect(!FileManager.default.fileExists(atPath: copy + ".partial"))
    }
}
