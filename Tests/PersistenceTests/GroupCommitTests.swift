import Foundation
import Testing

@testable import Persistence

@Suite struct GroupCommitTests {
    @Test func `Sixty-four tasks write at once and every unit is there`() async throws {
        let scratch = try await Scratch()
        let database = scratch.database
        try await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<64 {
                group.addTask {
                    for step in 0..<20 { try await database.write(Scratch.insert("\(task)-\(step)")) }
                }
            }
            try await group.waitForAll()
        }
        let row = try #require(try await database.read("SELECT COUNT(*) AS n FROM thing").first)
        #expect(try row.integer("n") == 1280)
    }

    @Test func `A unit that fails in a group does not hurt its neighbours`() async throws {
        let scratch = try await Scratch()
        let database = scratch.database
        let outcomes = await withTaskGroup(of: (Int, PersistenceError?).self) { group in
            for task in 0..<64 {
                group.addTask {
                    var unit = WriteUnit([Scratch.insert("unit-\(task)")])
                    if task.isMultiple(of: 3) {
                        unit.append(Statement("UPDATE thing SET amount = 2 WHERE name = 'nobody'", expectedRows: 1, label: "nobody"))
                    }
                    if task % 3 == 1 { unit.append(Scratch.insert("unit-\(task)")) }
                    return (task, await Scratch.failure(writing: unit, in: database))
                }
            }
            return await group.reduce(into: [Int: PersistenceError]()) { $0[$1.0] = $1.1 }
        }
        for task in 0..<64 {
            let error = outcomes[task]
            switch task % 3 {
            case 0: #expect(error == .unmet(label: "nobody"))
            case 1: #expect(error == .conflict(detail: "UNIQUE constraint failed: thing.name"))
            default: #expect(error == nil)
            }
        }
        let expected = (0..<64).filter { $0 % 3 == 2 }.map { "unit-\($0)" }.sorted()
        #expect(try await Scratch.names(in: database) == expected)
    }

    @Test func `Of many that race for one condition exactly one wins`() async throws {
        let scratch = try await Scratch()
        let database = scratch.database
        try await database.write(Scratch.insert("secret", 1))
        let winners = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<64 {
                group.addTask {
                    let spend = Statement(
                        "UPDATE thing SET amount = amount - 1 WHERE name = 'secret' AND amount > 0", expectedRows: 1, label: "spent")
                    switch await Scratch.failure(writing: WriteUnit([spend]), in: database) {
                    case nil: return 1
                    case .unmet(label: "spent"): return 0
                    default: return 1000
                    }
                }
            }
            return await group.reduce(0, +)
        }
        #expect(winners == 1)
    }

    @Test func `What was written is seen by a read that starts afterwards`() async throws {
        let scratch = try await Scratch()
        for step in 0..<50 {
            try await scratch.database.write(Scratch.insert("step-\(step)"))
            let rows = try await scratch.database.read("SELECT amount FROM thing WHERE name = ?", [.text("step-\(step)")])
            #expect(rows.count == 1)
        }
    }

    @Test func `A cancelled task's unit is written whole`() async throws {
        let scratch = try await Scratch()
        let database = scratch.database
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            try await database.write(WriteUnit([Scratch.insert("x"), Scratch.insert("y")]))
        }
        task.cancel()
        try await task.value
        #expect(try await Scratch.names(in: database) == ["x", "y"])
    }

    @Test func `Closing lets the units that wait become durable`() async throws {
        let scratch = try await Scratch()
        let database = scratch.database
        let written = await withTaskGroup(of: Bool.self) { group in
            for task in 0..<64 {
                group.addTask {
                    await Scratch.failure(writing: WriteUnit([Scratch.insert("\(task)")]), in: database) == nil
                }
            }
            group.addTask {
                database.close()
                return false
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        let reopened = try SQLiteDatabase(path: scratch.path)
        defer { reopened.close() }
        #expect(try await Scratch.names(in: reopened).count == written)
    }
}
