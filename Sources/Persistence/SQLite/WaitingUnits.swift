import Synchronization

/// The units that wait for the writer, in the order in which they came, and whether it is at work.
final class WaitingUnits: Sendable {
    struct Element: Sendable {
        /// Whoever handed the unit over.
        enum Owner: Sendable {
            case waits(GroupCommitter.Continuation)
            /// Does something else first.
            case waitsLater(UnitOutcome)
            /// Has gone on; is told when the unit is lost.
            case hasLeft(lost: @Sendable (PersistenceError) -> Void)
        }

        let unit: WriteUnit
        let owner: Owner

        func end(_ result: Result<Void, PersistenceError>) {
            switch (owner, result) {
            case (.waits(let caller), _): caller.resume(returning: result)
            case (.waitsLater(let outcome), _): outcome.settle(result)
            case (.hasLeft(let lost), .failure(let error)): lost(error)
            case (.hasLeft, .success): break
            }
        }
    }

    /// Of a unit: how many came before it.
    typealias Number = Int

    enum Admission {
        case startsWriter
        /// Nobody waits: somebody must call `hurry` in a moment.
        case startsTimer
        case isSeenTo, refused
    }

    fileprivate struct State {
        var units: [Element] = []
        /// The number of the first of them.
        var first: Number = 0
        /// The units before this number are to be written: somebody waits for one of them, or they have waited long enough.
        var due: Number = 0
        var timerRuns = false
        var writerRuns = false
        var isClosed = false
    }

    private let state = Mutex(State())

    func append(_ element: Element) -> (number: Number, admission: Admission) {
        state.withLock { state in
            let number = state.first + state.units.count
            guard !state.isClosed else { return (number, .refused) }
            state.units.append(element)
            switch element.owner {
            case .waits: return (number, state.write(upTo: number) ? .startsWriter : .isSeenTo)
            case .waitsLater, .hasLeft:
                guard !state.writerRuns, !state.timerRuns else { return (number, .isSeenTo) }
                state.timerRuns = true
                return (number, .startsTimer)
            }
        }
    }

    /// Now somebody waits for a unit that may still be here.
    /// - Returns: whether the writer is to be started.
    func hurry(_ number: Number) -> Bool { state.withLock { $0.write(upTo: number) } }

    /// What waits has waited long enough.
    /// - Returns: whether the writer is to be started.
    func hurry() -> Bool {
        state.withLock { state in
            state.timerRuns = false
            return state.writeAll()
        }
    }

    /// The oldest units. Nil, and the writer stops, when nobody waits for one; those that nobody waits for then stay for the timer.
    func takeGroup(limit: Int) -> (units: [Element]?, startsTimer: Bool) {
        state.withLock { state in
            guard state.due > state.first else {
                state.writerRuns = false
                guard !state.units.isEmpty, !state.timerRuns else { return (nil, false) }
                state.timerRuns = true
                return (nil, true)
            }
            let group = Array(state.units.prefix(limit))
            state.units.removeFirst(group.count)
            state.first += group.count
            return (group, false)
        }
    }

    /// Nothing waits, and the writer is not at work.
    var isIdle: Bool { state.withLock { $0.units.isEmpty && !$0.writerRuns } }

    var count: Int { state.withLock(\.units.count) }

    /// - Returns: whether the writer is to be started for what waits.
    func refuseFurther() -> Bool {
        state.withLock { state in
            state.isClosed = true
            return state.writeAll()
        }
    }
}

extension WaitingUnits.State {
    fileprivate mutating func writeAll() -> Bool { write(upTo: first + units.count - 1) }

    /// - Parameter number: of a unit that is perhaps gone already, or never came in.
    /// - Returns: whether the writer is to be started.
    fileprivate mutating func write(upTo number: WaitingUnits.Number) -> Bool {
        guard (first..<first + units.count).contains(number) else { return false }
        due = max(due, number + 1)
        guard !writerRuns else { return false }
        writerRuns = true
        return true
    }
}
