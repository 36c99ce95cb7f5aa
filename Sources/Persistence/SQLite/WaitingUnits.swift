import Synchronization

/// The units that wait for the writer, in the order in which they came, and whether it is at work.
final class WaitingUnits: Sendable {
    struct Element: Sendable {
        /// Whoever handed the unit over.
        enum Owner: Sendable {
            case waits(GroupCommitter.Continuation)
            /// Has gone on; is told when the unit is lost.
            case hasLeft(lost: @Sendable (PersistenceError) -> Void)
        }

        let unit: WriteUnit
        let owner: Owner

        func end(_ result: Result<Void, PersistenceError>) {
            switch (owner, result) {
            case (.waits(let caller), _): caller.resume(returning: result)
            case (.hasLeft(let lost), .failure(let error)): lost(error)
            case (.hasLeft, .success): break
            }
        }

        fileprivate var isUrgent: Bool { if case .waits = owner { true } else { false } }
    }

    enum Admission {
        case startsWriter
        /// Nobody waits: somebody must call `hurry` in a moment.
        case startsTimer
        case isSeenTo, refused
    }

    fileprivate struct State {
        var units: [Element] = []
        /// How many of them somebody waits for.
        var urgent = 0
        /// Whether those that nobody waits for are to be written too.
        var isOverdue = false
        var timerRuns = false
        var writerRuns = false
        var isClosed = false
    }

    private let state = Mutex(State())

    func append(_ element: Element) -> Admission {
        state.withLock { state in
            guard !state.isClosed else { return .refused }
            state.units.append(element)
            if element.isUrgent {
                state.urgent += 1
                return state.startWriter() ? .startsWriter : .isSeenTo
            }
            guard !state.writerRuns, !state.timerRuns else { return .isSeenTo }
            state.timerRuns = true
            return .startsTimer
        }
    }

    /// What waits has waited long enough.
    /// - Returns: whether the writer is to be started.
    func hurry() -> Bool {
        state.withLock { state in
            state.timerRuns = false
            return state.becomeOverdue()
        }
    }

    /// The oldest units. Nil, and the writer stops, when nobody waits for one; those that nobody waits for then stay for the timer.
    func takeGroup(limit: Int) -> (units: [Element]?, startsTimer: Bool) {
        state.withLock { state in
            guard state.urgent > 0 || state.isOverdue, !state.units.isEmpty else {
                state.isOverdue = false
                state.writerRuns = false
                guard !state.units.isEmpty, !state.timerRuns else { return (nil, false) }
                state.timerRuns = true
                return (nil, true)
            }
            let group = Array(state.units.prefix(limit))
            state.units.removeFirst(group.count)
            state.urgent -= group.count(where: \.isUrgent)
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
            return state.becomeOverdue()
        }
    }
}

extension WaitingUnits.State {
    fileprivate mutating func becomeOverdue() -> Bool {
        guard !units.isEmpty else { return false }
        isOverdue = true
        return startWriter()
    }

    fileprivate mutating func startWriter() -> Bool {
        guard !writerRuns else { return false }
        writerRuns = true
        return true
    }
}
