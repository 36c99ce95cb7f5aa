import Synchronization

/// How a unit ended, for whoever asks for it later.
final class UnitOutcome: Sendable {
    private enum State {
        case open
        case awaited(GroupCommitter.Continuation)
        case settled(Result<Void, PersistenceError>)
    }

    private let state = Mutex(State.open)

    func settle(_ result: Result<Void, PersistenceError>) {
        let waiting: GroupCommitter.Continuation? = state.withLock { state in
            defer { state = .settled(result) }
            if case .awaited(let caller) = state { return caller }
            return nil
        }
        waiting?.resume(returning: result)
    }

    /// To be asked once.
    var value: Result<Void, PersistenceError> {
        get async {
            await withCheckedContinuation { caller in
                let settled: Result<Void, PersistenceError>? = state.withLock { state in
                    if case .settled(let result) = state { return result }
                    state = .awaited(caller)
                    return nil
                }
                if let settled { caller.resume(returning: settled) }
            }
        }
    }
}
