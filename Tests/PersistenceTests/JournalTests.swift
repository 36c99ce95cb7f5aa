import Persistence
import Synchronization
import Testing

/// Numbers its lines, and remembers what it was told.
private final class NumberingJournal: Journal {
    private let state = Mutex<(durable: Int, added: Int, groups: Int)>((0, 0, 0))

    var durable: Int { state.withLock(\.durable) }
    var groups: Int { state.withLock(\.groups) }

    func statements(adding entries: [String]) -> [Statement] {
        let first = state.withLock { state in
            state.added = entries.count
            return state.durable
        }
        return entries.enumerated().map { offset, entry in
            Statement("INSERT INTO journal (number, entry) VALUES (?, ?)", [.integer(Int64(first + offset)), .text(entry)])
        }
    }

    func settle(isDurable: Bool) {
        state.withLock { state in
            if isDurable { state.durable += state.added }
            state.added = 0
            state.groups += 1
        }
    }
}

@Suite struct JournalTests {
    private func database(_ journal: any Journal, in scratch: Scratch) async throws -> SQLiteDatabase {
        let database = scratch.database
        try await database.migrate([
            Scratch.things,
            Migration(
                module: "test", version: 1,
                statements: [
                    "CREATE TABLE journal (number INTEGER PRIMARY KEY, entry TEXT NOT NULL)", "CREATE TABLE t (x INTEGER PRIMARY KEY)",
                ]),
        ])
        database.keep(journal)
        return database
    }

    @Test func theLinesOfUnitsThatHoldAreWrittenWithThemInOrderAndTheOthersNot() async throws {
        let journal = NumberingJournal()
        let scratch = try await Scratch()
        let database = try await database(journal, in: scratch)
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    // Every second one is there twice, and fails once.
                    try? await database.write(
                        WriteUnit(
                            [Statement("INSERT INTO t (x) VALUES (?)", [.integer(Int64(number / 2))])], journal: ["\(number / 2)", "end"]))
                }
            }
        }
        let rows = try await database.read("SELECT number, entry FROM journal ORDER BY number")
        #expect(rows.count == 200)
        #expect(try rows.map { try $0.integer("number") } == Array(0..<200))
        let entries = try rows.map { try $0.text("entry") }
        #expect(entries.enumerated().allSatisfy { $0.offset.isMultiple(of: 2) != ($0.element == "end") })
        #expect(journal.durable == 200)
        #expect(journal.groups <= 200)
    }

    @Test func aJournalThatCannotBeWrittenUndoesTheWholeGroup() async throws {
        let journal = NumberingJournal()
        let scratch = try await Scratch()
        let database = try await database(journal, in: scratch)
        try await database.write(Statement("INSERT INTO journal (number, entry) VALUES (0, 'squatter')"))
        await #expect(throws: PersistenceError.self) {
            try await database.write(WriteUnit([Statement("INSERT INTO t (x) VALUES (1)")], journal: ["one"]))
        }
        #expect(try await database.read("SELECT x FROM t").isEmpty)
        #expect(journal.durable == 0)
    }
}
