import EnrollmentCore
import Foundation
import Logging
import PKIFormats
import Persistence
import SigningKeys
import TestSupport

/// Two nodes on one database, put back to the same beginning for every run.
final class Scene {
    /// The rows that decide, and who has crashed.
    struct Facts: Hashable, Sendable {
        struct Issuance: Hashable, Sendable {
            let state: IssuanceState
            let isRevoked: Bool
            let isSigned: Bool
        }

        var issuances: [[UInt8]: Issuance] = [:]
        var rows: [[Row]] = []
        var crashed: Set<String> = []

        var hasHeldRequest: Bool { rows.count > 2 && !rows[2].isEmpty }
    }

    /// What may happen next.
    enum Choice: Hashable, Sendable, CustomStringConvertible {
        case go(String), crash(String), fail(String)
        case pass

        var description: String {
            switch self {
            case .go(let name): name
            case .crash(let name): "\(name) crashes"
            case .fail(let name): "\(name) fails"
            case .pass: "time passes"
            }
        }
    }

    /// How often each mishap may happen in one run.
    struct Mishaps: Hashable {
        var crashes = 0
        var failures = 0
        var leases = 0
    }

    /// Everything that the further course depends on.
    struct Position: Hashable {
        struct Place: Hashable {
            let line: Stage.Line?
            let memory: Int
            let isBlocked: Bool
        }

        let facts: Facts
        let places: [Place]
        let passed: Int
        let left: Mishaps
        let deliveries: [Book.Delivery]
    }

    let ca: TestCA
    let book = Book()
    let stage = Stage()
    private let mishaps: Mishaps
    private var participants: [Participant] = []
    private let signatures: StagedKey.Signatures
    /// Whether completing and releasing are two writes, as they are where something has to be done between them.
    private let releasesInSteps: Bool
    private let check: (Facts, Book) -> [String]
    /// Runs off stage when all have ended, as the client that tries once more.
    private let epilogue: (Scene) async throws -> Void

    private var left = Mishaps()
    private var passed = 0
    private var version = 0
    private var blockedAt: [String: Int] = [:]
    private var facts = Facts()

    init(
        _ ca: TestCA, mishaps: Mishaps, releasesInSteps: Bool = false, check: @escaping (Facts, Book) -> [String],
        epilogue: @escaping (Scene) async throws -> Void
    ) {
        self.ca = ca
        self.mishaps = mishaps
        self.releasesInSteps = releasesInSteps
        self.check = check
        self.epilogue = epilogue
        signatures = StagedKey.Signatures(ca.issuingKey)
    }

    /// Adds a task of its own node.
    func add(
        _ name: String, mayBegin: @escaping @Sendable (Facts) -> Bool = { _ in true }, _ part: @escaping Participant.Part
    ) async throws {
        participants.append(try await participant(name, mayBegin: mayBegin, part))
    }

    /// One who waits for no cue.
    func bystander(_ name: String) async throws -> Participant { try await participant(name, mayBegin: { _ in true }) { _ in } }

    private func participant(
        _ name: String, mayBegin: @escaping @Sendable (Facts) -> Bool, _ part: @escaping Participant.Part
    ) async throws -> Participant {
        let database = StagedDatabase(ca.services.database, stage: stage, name: name)
        let randomness = ScriptedRandomness(name)
        let key = StagedKey(ca.issuingKey, signatures, database: database) { [book] in book.fault($0) }
        let surroundings = Surroundings(clock: ca.clock, randomness: randomness) { _ in _ = await database.yield(before: .wait) }
        let services = EnrollmentServices(
            database: database, surroundings: surroundings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            authorities: [Authority(identity: ca.issuing.identity, key: key)], releasesInSteps: releasesInSteps)
        try await services.catalog.reload()
        return Participant(
            name: name, services: services, database: database, randomness: randomness, book: book, mayBegin: mayBegin, part: part)
    }

    /// Back to the beginning, everybody in the wings.
    func reset() async throws {
        try await ca.services.database.write(
            WriteUnit([
                Statement("DELETE FROM issuances WHERE endpoint NOT LIKE 'system%'"), Statement("DELETE FROM settlements"),
                Statement("DELETE FROM held_requests"), Statement("DELETE FROM transactions"),
                Statement("UPDATE challenges SET redeemed_by = NULL, redeemed_at = NULL, revoked_at = NULL"),
            ]))
        ca.clock.advance(by: Double(-passed) * Self.lease)
        (left, passed, version, blockedAt) = (mishaps, 0, 0, [:])
        book.reset()
        facts = try await read()
        for participant in participants {
            participant.database.reset(isOnStage: true)
            participant.randomness.reset()
            await stage.enter(participant.name) { [database = participant.database] in
                if case .go = await database.yield(before: .start) { await participant.part(participant) }
            }
        }
    }

    private static let lease: TimeInterval = 31

    var position: Position {
        let waiting = stage.waiting
        return Position(
            facts: facts,
            places: participants.map {
                .init(line: waiting[$0.name], memory: $0.database.memory, isBlocked: blockedAt[$0.name] == version)
            }, passed: passed, left: left, deliveries: book.deliveries)
    }

    /// Empty when the play is over.
    var choices: [Choice] {
        let waiting = stage.waiting
        let ready = participants.filter { participant in
            switch waiting[participant.name] {
            case nil: false
            case .start: participant.mayBegin(facts)
            // Nothing has changed since he looked.
            case .wait: blockedAt[participant.name] != version
            case .read, .write, .sign, .deliver: true
            }
        }
        var choices = ready.map { Choice.go($0.name) }
        let acting = ready.filter { [.write, .sign, .deliver].contains(waiting[$0.name]) }
        // Between two effects a crash is a crash, wherever it happens.
        if left.crashes > 0 { choices += acting.map { .crash($0.name) } }
        if left.failures > 0 { choices += acting.filter { waiting[$0.name] != .deliver }.map { .fail($0.name) } }
        let isStuck = ready.isEmpty && waiting.values.contains(.wait)
        if (left.leases > 0 && !ready.isEmpty) || (isStuck && passed < mishaps.leases + 3) { choices.append(.pass) }
        if isStuck, choices.isEmpty { book.fault("waits for ever") }
        return choices
    }

    /// - Parameter isRepeated: this step was examined in an earlier run; `refresh` must follow the last of such.
    func take(_ choice: Choice, isRepeated: Bool = false) async throws {
        var hasWritten = false
        switch choice {
        case .go(let name):
            let line = stage.waiting[name]
            await stage.direct(name, .go)
            hasWritten = line == .write
            if hasWritten { version += 1 }
        case .crash(let name):
            left.crashes -= 1
            await stage.direct(name, .crash)
            facts.crashed.insert(name)
            version += 1
        case .fail(let name):
            left.failures -= 1
            await stage.direct(name, .fail)
        case .pass:
            left.leases = max(0, left.leases - 1)
            passed += 1
            version += 1
            ca.clock.advance(by: Self.lease)
        }
        for (name, line) in stage.waiting {
            if line != .wait { blockedAt[name] = nil } else if choice == .go(name) { blockedAt[name] = version }
        }
        guard !isRepeated else { return }
        if hasWritten {
            let before = facts
            try await refresh()
            examine(before)
        }
        for text in check(facts, book) { book.fault(text) }
    }

    /// Reads the rows again.
    func refresh() async throws {
        let crashed = facts.crashed
        facts = try await read()
        facts.crashed = crashed
    }

    /// Clears the stage in the middle of a run.
    func abandon() async {
        while let name = stage.waiting.keys.first { await stage.direct(name, .crash) }
    }

    /// Lets every lease run out and the client try once more, alone.
    func end() async throws {
        await abandon()
        ca.clock.advance(by: Self.lease)
        passed += 1
        try await epilogue(self)
    }

    /// What must hold whatever happens.
    private func examine(_ before: Facts) {
        for (id, row) in facts.issuances {
            switch before.issuances[id] {
            case nil:
                if row.state != .recorded { book.fault("an issuance was born \(row.state)") }
            case .some(let old):
                if !Self.leads(old.state, to: row.state) { book.fault("an issuance went from \(old.state) to \(row.state)") }
                if old.isRevoked, !row.isRevoked { book.fault("a revocation was undone") }
                if old.isRevoked, old.state != .released, row.state == .released { book.fault("released after its revocation") }
            }
            if row.isSigned != [.issued, .released, .quarantined].contains(row.state) {
                book.fault("\(row.state), signed: \(row.isSigned)")
            }
        }
        if !Set(before.issuances.keys).isSubset(of: facts.issuances.keys) { book.fault("an issuance was forgotten") }
    }

    /// Whether the transition table has a way: one transaction may take several steps.
    private static func leads(_ from: IssuanceState, to: IssuanceState) -> Bool {
        from == to || IssuanceState.Event.allCases.compactMap { from.after($0) }.contains { leads($0, to: to) }
    }

    private func read() async throws -> Facts {
        let database = ca.services.database
        var facts = Facts()
        for row in try await database.read("SELECT * FROM issuances WHERE endpoint NOT LIKE 'system%' ORDER BY id") {
            guard let state = IssuanceState(rawValue: try row.text("state")) else { continue }
            facts.issuances[try row.blob("id")] = Facts.Issuance(
                state: state, isRevoked: try row.optionalInteger("revoked_at") != nil, isSigned: try row.optionalBlob("certificate") != nil)
        }
        for table in [
            "(SELECT id, state, lease_until, revoked_at FROM issuances WHERE endpoint NOT LIKE 'system%') i ORDER BY 1",
            "settlements ORDER BY digest", "held_requests ORDER BY id", "challenges ORDER BY id",
        ] {
            facts.rows.append(try await database.read("SELECT * FROM \(table)"))
        }
        return facts
    }
}
