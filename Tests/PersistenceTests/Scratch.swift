import Foundation

@testable import Persistence

/// A database in a directory of its own, with one table `thing (name UNIQUE, amount)`; gone with the value that holds it.
final class Scratch: Sendable {
    static let things = Migration(
        module: "things", version: 1,
        statements: ["CREATE TABLE thing (name TEXT NOT NULL UNIQUE, amount INTEGER NOT NULL, note TEXT, bytes BLOB)"])

    let directory: URL
    let database: SQLiteDatabase

    var path: String { directory.appendingPathComponent("muster.db").path }

    init(writesAlone: Bool = false) async throws {
        directory = FileManager.default.temporaryDirectory.appendingPathComponent("muster-persistence-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        database = try SQLiteDatabase(path: directory.appendingPathComponent("muster.db").path, writesAlone: writesAlone)
        try await database.migrate([Self.things])
    }

    deinit {
        database.close()
        try? FileManager.default.removeItem(at: directory)
    }

    static func insert(_ name: String, _ amount: Int64 = 1) -> Statement {
        Statement("INSERT INTO thing (name, amount) VALUES (?, ?)", [.text(name), .integer(amount)], expectedRows: 1)
    }

    /// What the write threw, as a value.
    static func failure(writing unit: WriteUnit, in database: some Database) async -> PersistenceError? {
        do throws(PersistenceError) {
            try await database.write(unit)
            return nil
        } catch {
            return error
        }
    }

    static func names(in database: some Database) async throws -> [String] {
        try await database.read("SELECT name FROM thing ORDER BY name").map { try $0.text("name") }
    }

    static func mode(_ path: String) throws -> Int? {
        try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
    }
}
