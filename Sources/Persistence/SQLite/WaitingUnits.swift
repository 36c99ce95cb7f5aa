import Synchronization

/// The units that wait for the writer, and whether it is at work.
final class WaitingUnits: Sendable {
    typealias Element = (unit: WriteUnit, caller: GroupCommitter.Continuation)

    enum Admission { case startsWriter, writerRuns, refused }

    private struct State {
        var units: [Element] = []
        var writerRuns = false
        var isClosed = false
    }

    private let state = Mutex(State())

    func append(_ element: Element) -> Admission {
        state.withLock { state in
            guard !state.isClosed else { return .refused }
            state.units.append(element)
            guard !state.writerRuns else { return .writerRuns }
            state.writerRuns = true
            return .startsWriter
        }
    }

    /// The oldest units, or `nil` when none waits: the writer then stops.
    func takeGroup(limit: Int) -> [Element]? {
        state.withLock { state in
            guard !state.units.isEmpty else {
                state.writerRuns = false
                return nil
            }
            let group = Array(state.units.prefix(limit))
            state.units.removeFirst(group.count)
            return group
        }
    }

    var count: Int { state.withLock(\.units.count) }

    func refuseFurther() { state.withLock { $0.isClosed = true } }
}
