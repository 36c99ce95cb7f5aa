import Foundation
import Testing

@testable import Persistence

@Suite struct WriteUnitTests {
    @Test func `Every kind of value comes back as it went in`() async throws {
        let scratch = try await Scratch()
        let instant = Date(timeIntervalSince1970: 1_900_000_000.9)
        try await scratch.database.write(
            Statement(
                "INSERT INTO thing (name, amount, note, bytes) VALUES (?, ?, ?, ?)",
                ["q'uote; é", .date(instant), nil, .blob([0, 255, 7])]))
        let row = try #require(try await scratch.database.read("SELECT * FROM thing WHERE bytes = ?", [.blob([0, 255, 7])]).first)
        #expect(try row.text("name") == "q'uote; é")
        #expect(try row.date("amount") == Date(timeIntervalSince1970: 1_900_000_000))
        #expect(try row.optionalText("note") == nil)
        #expect(try row.blob("bytes") == [0, 255, 7])
    }

    @Test func `A text with a NUL is refused instead of being cut short`() async throws {
        let scratch = try await Scratch()
        await #expect(throws: PersistenceError.unavailable("a text value holds a NUL character")) {
            try await scratch.database.write(Scratch.insert("admin\u{0}.test"))
        }
    }

    @Test func `A missing, empty or differently typed column throws instead of answering`() async throws {
        let scratch = try await Scratch()
        try await scratch.database.write(Scratch.insert("a"))
        let row = try #require(try await scratch.database.read("SELECT * FROM thing").first)
        #expect(throws: PersistenceError.unavailable("no column nothing in the answer")) { try row.text("nothing") }
        #expect(throws: PersistenceError.unavailable("column note is NULL")) { try row.text("note") }
        #expect(throws: PersistenceError.unavailable("column name is not an integer")) { try row.integer("name") }
    }

    @Test func `A unit whose last statement fails leaves nothing behind`() async throws {
        let scratch = try await Scratch()
        let unit = WriteUnit([Scratch.insert("first")]) + WriteUnit([Scratch.insert("second"), Scratch.insert("first")])
        await #expect(throws: PersistenceError.conflict(detail: "UNIQUE constraint failed: thing.name")) {
            try await scratch.database.write(unit)
        }
        #expect(try await Scratch.names(in: scratch.database).isEmpty)
    }

    @Test func `A statement without an expectation may change any number of rows`() async throws {
        let scratch = try await Scratch()
        try await scratch.database.write(Statement("DELETE FROM thing"))
        await #expect(throws: PersistenceError.unmet(label: nil)) {
            try await scratch.database.write(Statement("DELETE FROM thing", expectedRows: 1))
        }
    }

    @Test(arguments: ["COMMIT", "BEGIN", "SELECT 1", "ROLLBACK"])
    func `A unit may not hold a statement that steers the transaction or only reads`(sql: String) async throws {
        let scratch = try await Scratch()
        await #expect(throws: PersistenceError.self) {
            try await scratch.database.write(WriteUnit([Scratch.insert("a"), Statement(sql)]))
        }
        #expect(try await Scratch.names(in: scratch.database).isEmpty)
    }

    @Test func `A read that would write is refused`() async throws {
        let scratch = try await Scratch()
        await #expect(throws: PersistenceError.self) { try await scratch.database.read("DELETE FROM thing") }
    }

    @Test func `An error tells the statement but never its values`() async throws {
        let scratch = try await Scratch()
        let error = await #expect(throws: PersistenceError.self) {
            try await scratch.database.write(Statement("INSERT INTO thing (name, amount) VALUES (?, NULL)", ["top-secret"]))
        }
        #expect(error.map { "\($0)".contains("top-secret") } == false)
        #expect(error.map { "\($0)".contains("NOT NULL constraint failed") } == true)
    }

    @Test func `Statements whose texts take each other's place in memory stay apart`() async throws {
        let scratch = try await Scratch()
        for step in 1000..<2000 {
            try await scratch.database.write(
                Statement("INSERT INTO thing (name, amount) VALUES ('step-\(step)', \(step))", expectedRows: 1))
            let row = try #require(try await scratch.database.read("SELECT amount FROM thing WHERE name = 'step-\(step)'").first)
            #expect(try row.integer("amount") == step)
        }
    }
}
