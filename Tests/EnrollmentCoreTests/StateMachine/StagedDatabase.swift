import Persistence
import Synchronization

/// The real database, with a yield point before every read and write. What a participant has read is remembered: with the database's
/// contents it is all that his further steps depend on.
final class StagedDatabase: Database {
    private struct State {
        var isOnStage = false
        var isCrashed = false
        var memory = 0
    }

    let inner: any Database
    private let stage: Stage
    private let name: String
    private let state = Mutex(State())

    init(_ inner: any Database, stage: Stage, name: String) {
        self.inner = inner
        self.stage = stage
        self.name = name
    }

    /// A digest of all answers so far.
    var memory: Int { state.withLock(\.memory) }
    var isCrashed: Bool { state.withLock(\.isCrashed) }

    func reset(isOnStage: Bool) { state.withLock { $0 = State(isOnStage: isOnStage) } }

    /// Waits for the cue. False: this participant has crashed, and must have no effect any more.
    func yield(before line: Stage.Line) async -> Stage.Cue {
        let (isOnStage, isCrashed) = state.withLock { ($0.isOnStage, $0.isCrashed) }
        guard isOnStage else { return .go }
        guard !isCrashed else { return .crash }
        let cue = await stage.cue(before: line, of: name)
        if case .crash = cue { state.withLock { $0.isCrashed = true } }
        remember(line)
        return cue
    }

    func remember(_ fact: some Hashable) {
        state.withLock { state in
            var hasher = Hasher()
            hasher.combine(state.memory)
            hasher.combine(fact)
            state.memory = hasher.finalize()
        }
    }

    func read(_ sql: String, _ parameters: [SQLValue]) async throws(PersistenceError) -> [Row] {
        // The trail decides nothing.
        if sql.contains("FROM transactions") { return try await inner.read(sql, parameters) }
        guard case .go = await yield(before: .read) else { throw .unavailable("crashed") }
        let rows = try await inner.read(sql, parameters)
        remember(rows)
        return rows
    }

    func write(_ unit: WriteUnit) async throws(PersistenceError) {
        if unit.statements.allSatisfy({ $0.sql.contains("INTO transactions") || $0.sql.contains("UPDATE transactions") }) {
            return isCrashed ? () : try await inner.write(unit)
        }
        switch await yield(before: .write) {
        case .crash: throw .unavailable("crashed")
        case .fail: throw .unavailable("the disk is full")
        case .go: break
        }
        do {
            try await inner.write(unit)
        } catch {
            remember(error)
            throw error
        }
    }

    func migrate(_ migrations: [Migration]) async throws(PersistenceError) { try await inner.migrate(migrations) }
    func backup(to path: String) async throws(PersistenceError) { try await inner.backup(to: path) }
}
