import Testing

@testable import Persistence

@Suite struct ReadingTests {
    private static let long = """
        WITH RECURSIVE numbers(number) AS (SELECT 1 UNION ALL SELECT number + 1 FROM numbers WHERE number < ?)
        SELECT COUNT(*) AS total, MAX(number) AS last FROM numbers
        """

    @Test(arguments: [1, 1000, 300_000]) func `A read gives the same answer however long it takes`(size: Int64) async throws {
        let scratch = try await Scratch()
        // Twice: a statement that was given up once is as good as new.
        for _ in 0..<2 {
            let row = try #require(try await scratch.database.read(Self.long, [.integer(size)]).first)
            #expect(try row.integer("total") == size)
            #expect(try row.integer("last") == size)
        }
    }

    @Test func `Long reads, short reads and writes go on side by side`() async throws {
        let scratch = try await Scratch()
        let database = scratch.database
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<24 {
                group.addTask {
                    for step in 0..<5 {
                        let name = "\(task)-\(step)"
                        try await database.write(Scratch.insert(name))
                        #expect(try await database.read("SELECT amount FROM thing WHERE name = ?", [.text(name)]).count == 1)
                        let size = Int64(task.isMultiple(of: 3) ? 100_000 : 10)
                        #expect(try await database.read(Self.long, [.integer(size)]).first?.integer("total") == size)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await Scratch.names(in: database).count == 120)
    }

    @Test func `A statement that is kept prepared follows a change of the schema`() async throws {
        let scratch = try await Scratch()
        try await scratch.database.write(Scratch.insert("a"))
        #expect(try await scratch.database.read("SELECT * FROM thing").first?.integer("amount") == 1)
        try await scratch.database.migrate([
            Migration(module: "more", version: 1, statements: ["ALTER TABLE thing ADD COLUMN colour TEXT NOT NULL DEFAULT 'red'"])
        ])
        #expect(try await scratch.database.read("SELECT * FROM thing").first?.text("colour") == "red")
    }

    @Test func `A wrong number of values and a second statement are refused`() async throws {
        let scratch = try await Scratch()
        await #expect(throws: PersistenceError.self) { try await scratch.database.read("SELECT * FROM thing WHERE name = ?", []) }
        await #expect(throws: PersistenceError.self) { try await scratch.database.read("SELECT 1; SELECT 2", []) }
    }
}
