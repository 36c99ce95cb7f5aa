import Foundation
import Synchronization
import Testing

@testable import Persistence

@Suite struct WriteBehindTests {
    /// The errors that units were lost with.
    private final class Losses: Sendable {
        private let found = Mutex<[PersistenceError]>([])
        var all: [PersistenceError] { found.withLock { $0 } }
        var note: @Sendable (PersistenceError) -> Void { { error in self.found.withLock { $0.append(error) } } }
    }

    @Test func `Nobody waits, and the unit is there a moment later all the same`() async throws {
        let scratch = try await Scratch(writesAlone: true)
        let losses = Losses()
        try await scratch.database.writeBehind(WriteUnit([Scratch.insert("behind")]), lost: losses.note)
        for _ in 0..<500 where try await Scratch.names(in: scratch.database).isEmpty { try await Task.sleep(for: .milliseconds(10)) }
        #expect(try await Scratch.names(in: scratch.database) == ["behind"])
        #expect(losses.all.isEmpty)
    }

    @Test func `Who waits for a later unit has waited for the earlier ones`() async throws {
        let scratch = try await Scratch(writesAlone: true)
        let losses = Losses()
        for step in 0..<50 {
            try await scratch.database.writeBehind(WriteUnit([Scratch.insert("step-\(step)", 1)]), lost: losses.note)
            let claim = Statement("UPDATE thing SET amount = 2 WHERE name = ? AND amount = 1", [.text("step-\(step)")], expectedRows: 1)
            try await scratch.database.write(claim)
        }
        #expect(try await Scratch.names(in: scratch.database).count == 50)
        #expect(losses.all.isEmpty)
    }

    @Test func `A settled database hides nothing from a read`() async throws {
        let scratch = try await Scratch(writesAlone: true)
        for step in 0..<50 {
            try await scratch.database.writeBehind(WriteUnit([Scratch.insert("step-\(step)")]), lost: { _ in })
            try await scratch.database.settle()
            #expect(try await Scratch.names(in: scratch.database).count == step + 1)
        }
    }

    @Test func `A unit that does not hold is told to whoever left it, and hurts no other`() async throws {
        let scratch = try await Scratch(writesAlone: true)
        let losses = Losses()
        try await scratch.database.write(Scratch.insert("twice"))
        try await scratch.database.writeBehind(WriteUnit([Scratch.insert("before")]), lost: losses.note)
        try await scratch.database.writeBehind(WriteUnit([Scratch.insert("twice")]), lost: losses.note)
        try await scratch.database.write(Scratch.insert("after"))
        #expect(losses.all == [.conflict(detail: "UNIQUE constraint failed: thing.name")])
        #expect(try await Scratch.names(in: scratch.database) == ["after", "before", "twice"])
    }

    @Test func `Closing writes what waits, and what comes later is lost`() async throws {
        let scratch = try await Scratch(writesAlone: true)
        let losses = Losses()
        for step in 0..<20 { try await scratch.database.writeBehind(WriteUnit([Scratch.insert("step-\(step)")]), lost: losses.note) }
        scratch.database.close()
        #expect(losses.all.isEmpty)
        try await scratch.database.writeBehind(WriteUnit([Scratch.insert("late")]), lost: losses.note)
        #expect(losses.all == [.unavailable("the database is closed")])
        let again = try SQLiteDatabase(path: scratch.path)
        defer { again.close() }
        #expect(try await Scratch.names(in: again).count == 20)
    }

    @Test func `Where others may read, whoever hands a unit over waits, and is told`() async throws {
        let scratch = try await Scratch()
        let losses = Losses()
        try await scratch.database.writeBehind(WriteUnit([Scratch.insert("there")]), lost: losses.note)
        #expect(try await Scratch.names(in: scratch.database) == ["there"])
        await #expect(throws: PersistenceError.conflict(detail: "UNIQUE constraint failed: thing.name")) {
            try await scratch.database.writeBehind(WriteUnit([Scratch.insert("there")]), lost: losses.note)
        }
        #expect(losses.all.isEmpty)
    }
}
