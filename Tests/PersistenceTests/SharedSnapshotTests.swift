import Foundation
import Synchronization
import Testing

@testable import Persistence

/// Reads that share a snapshot, where one process writes alone.
@Suite struct SharedSnapshotTests {
    private let scratch: Scratch
    private let database: SQLiteDatabase

    init() async throws {
        scratch = try await Scratch()
        database = try SQLiteDatabase(path: scratch.path, writesAlone: true)
    }

    @Test func `Whoever was told that a unit is durable reads it, however many read beside him`() async throws {
        let database = database
        await withThrowingTaskGroup(of: Void.self) { group in
            for task in 0..<16 {
                group.addTask {
                    for step in 0..<40 {
                        let name = "\(task)-\(step)"
                        try await database.write(WriteUnit([Scratch.insert(name)]))
                        let found = try await database.read("SELECT amount FROM thing WHERE name = ?", [.text(name)])
                        #expect(found.count == 1)
                    }
                }
            }
        }
        #expect(try await Scratch.names(in: database).count == 640)
        database.close()
    }

    @Test func `What another process wrote shows soon`() async throws {
        _ = try await Scratch.names(in: database)
        try await scratch.database.write(WriteUnit([Scratch.insert("foreign")]))
        let end = ContinuousClock.now + .seconds(20)
        var names: [String] = []
        while names.isEmpty, ContinuousClock.now < end {
            try await Task.sleep(for: .milliseconds(5))
            names = try await Scratch.names(in: database)
        }
        #expect(names == ["foreign"])
        database.close()
    }

    @Test func `The write-ahead log is begun anew although somebody always reads`() async throws {
        let database = database
        let note = SQLValue.text(String(repeating: "x", count: 200_000))
        let end = Flag()
        await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<4 {
                group.addTask {
                    while !end.isSet.load(ordering: .acquiring) {
                        _ = try await database.read("SELECT amount FROM thing WHERE name = '1'")
                        // A read never waits: without this, two readers would keep everybody else from two threads.
                        await Task.yield()
                    }
                }
            }
            group.addTask {
                defer { end.isSet.store(true, ordering: .releasing) }
                // Some 50 pages each: five times what the log holds.
                for step in 0..<400 {
                    try await database.write(
                        WriteUnit([
                            Statement("INSERT INTO thing (name, amount, note) VALUES (?, 1, ?)", [.text("\(step)"), note]),
                            Statement("DELETE FROM thing WHERE name <> '1'", []),
                        ]))
                }
            }
        }
        let size = try #require(FileManager.default.attributesOfItem(atPath: scratch.path + "-wal")[.size] as? Int)
        #expect(size < 80_000_000, "the log has \(size) octets")
        database.close()
    }

    @Test func `A read that fails leaves its connection fit for the next`() async throws {
        await #expect(throws: PersistenceError.self) { try await database.read("SELECT nothing FROM nowhere") }
        #expect(try await Scratch.names(in: database) == [])
        database.close()
    }
}

private final class Flag: Sendable {
    let isSet = Atomic(false)
}
