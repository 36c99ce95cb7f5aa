import Testing

@testable import Persistence

@Suite struct WriteMeanwhileTests {
    @Test func `A unit goes with the next one that somebody waits for, while its owner works`() async throws {
        let scratch = try await Scratch()
        let database = scratch.database
        var found: [String]?
        try await database.write(WriteUnit([Scratch.insert("slow")])) {
            try? await database.write(Scratch.insert("urgent"))
            found = try? await Scratch.names(in: database)
        }
        #expect(found == ["slow", "urgent"])
    }

    @Test func `A unit is written when its owner is done, and nobody else is`() async throws {
        let scratch = try await Scratch()
        for step in 0..<50 {
            try await scratch.database.write(WriteUnit([Scratch.insert("step-\(step)")])) {}
            #expect(try await Scratch.names(in: scratch.database).count == step + 1)
        }
    }

    @Test func `A unit is written while its owner takes his time`() async throws {
        let scratch = try await Scratch()
        let database = scratch.database
        var isThere = false
        try await database.write(WriteUnit([Scratch.insert("patient")])) {
            for _ in 0..<500 where !isThere {
                isThere = (try? await Scratch.names(in: database)) == ["patient"]
                try? await Task.sleep(for: .milliseconds(10))
            }
        }
        #expect(isThere)
    }

    @Test func `Many at once: each knows its own outcome`() async throws {
        let scratch = try await Scratch()
        let database = scratch.database
        try await database.write(Scratch.insert("taken"))
        let failures = await withTaskGroup(of: (Int, PersistenceError?).self) { group in
            for task in 0..<200 {
                group.addTask {
                    do throws(PersistenceError) {
                        let unit = WriteUnit([Scratch.insert(task.isMultiple(of: 4) ? "taken" : "task-\(task)")])
                        try await database.write(unit) { for _ in 0..<task % 7 { await Task.yield() } }
                        return (task, nil)
                    } catch {
                        return (task, error)
                    }
                }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
        #expect(failures.keys.sorted() == (0..<200).filter { $0.isMultiple(of: 4) })
        #expect(failures.values.allSatisfy { $0 == .conflict(detail: "UNIQUE constraint failed: thing.name") })
        #expect(try await Scratch.names(in: database).count == 151)
    }

    @Test func `A closed database says so, after the work`() async throws {
        let scratch = try await Scratch()
        scratch.database.close()
        var isDone = false
        await #expect(throws: PersistenceError.unavailable("the database is closed")) {
            try await scratch.database.write(WriteUnit([Scratch.insert("late")])) { isDone = true }
        }
        #expect(isDone)
    }
}
