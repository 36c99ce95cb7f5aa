import Foundation
import Testing

@testable import Persistence

@Suite struct MigrationTests {
    static let first = Migration(module: "log", version: 1, statements: ["CREATE TABLE log (line TEXT NOT NULL)"])
    static let second = Migration(
        module: "log", version: 2, statements: ["ALTER TABLE log ADD COLUMN who TEXT", "INSERT INTO log (line) VALUES ('two')"])

    @Test func `Migrations run in order and each runs once`() async throws {
        let scratch = try await Scratch()
        try await scratch.database.migrate([Self.first])
        try await scratch.database.migrate([Self.first, Self.second, Scratch.things])
        try await scratch.database.migrate([Self.first, Self.second])
        #expect(try await scratch.database.read("SELECT line FROM log").count == 1)
        let rows = try await scratch.database.read("SELECT module, version FROM schema_migrations ORDER BY module, version")
        #expect(try rows.map { "\(try $0.text("module")) \(try $0.integer("version"))" } == ["log 1", "log 2", "things 1"])
    }

    @Test func `A step out of order or twice is refused before anything runs`() async throws {
        let scratch = try await Scratch()
        for steps in [[Self.second], [Self.first, Self.first], [Self.second, Self.first]] {
            await #expect(throws: PersistenceError.self) { try await scratch.database.migrate(steps) }
        }
        await #expect(throws: PersistenceError.self) { try await scratch.database.read("SELECT * FROM log") }
    }

    @Test func `A step that fails takes its whole run back`() async throws {
        let scratch = try await Scratch()
        let broken = Migration(module: "log", version: 2, statements: ["CREATE TABLE extra (a TEXT)", "CREATE NONSENSE"])
        await #expect(throws: PersistenceError.self) { try await scratch.database.migrate([Self.first, broken]) }
        await #expect(throws: PersistenceError.self) { try await scratch.database.read("SELECT * FROM log") }
        try await scratch.database.migrate([Self.first, Self.second])
    }

    @Test func `A database that a newer program wrote is refused loudly`() async throws {
        let scratch = try await Scratch()
        try await scratch.database.migrate([Self.first, Self.second])
        let error = await #expect(throws: PersistenceError.self) { try await scratch.database.migrate([Self.first]) }
        #expect(error.map { "\($0)".contains("newer than this program") } == true)
    }
}
