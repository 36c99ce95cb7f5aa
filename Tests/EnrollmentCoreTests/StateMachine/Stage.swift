import Synchronization

/// Lets one participant at a time run from one yield point to the next; whoever directs decides who, and what befalls him.
final class Stage: Sendable {
    /// What a participant is about to do.
    enum Line: String, Sendable {
        case start, read, write, sign, wait, deliver
    }

    enum Cue: Sendable {
        case go
        /// Nothing that this participant does from here on has any effect.
        case crash
        /// This one step fails, and the participant lives on.
        case fail
    }

    private struct State {
        var running = 0
        var waiting: [String: (line: Line, cue: CheckedContinuation<Cue, Never>)] = [:]
        var director: CheckedContinuation<Void, Never>?

        mutating func stopped() -> CheckedContinuation<Void, Never>? {
            running -= 1
            guard running == 0 else { return nil }
            defer { director = nil }
            return director
        }
    }

    private let state = Mutex(State())

    /// The participants who wait for their cue.
    var waiting: [String: Line] { state.withLock { $0.waiting.mapValues(\.line) } }

    /// Starts a participant, who waits for his first cue at once.
    func enter(_ name: String, _ part: @escaping @Sendable () async -> Void) async {
        state.withLock { $0.running += 1 }
        Task {
            await part()
            state.withLock { $0.stopped() }?.resume()
        }
        await settle()
    }

    func cue(before line: Line, of name: String) async -> Cue {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                state.waiting[name] = (line, continuation)
                return state.stopped()
            }?.resume()
        }
    }

    /// Gives one participant his cue and returns when he waits again or has left.
    func direct(_ name: String, _ cue: Cue) async {
        guard
            let waiting = state.withLock({
                $0.running += 1; return $0.waiting.removeValue(forKey: name)
            })
        else {
            return state.withLock { $0.running -= 1 }
        }
        waiting.cue.resume(returning: cue)
        await settle()
    }

    private func settle() async {
        await withCheckedContinuation { continuation in
            let isQuiet = state.withLock { state in
                if state.running > 0 { state.director = continuation }
                return state.running == 0
            }
            if isQuiet { continuation.resume() }
        }
    }
}
