import Synchronization

/// One change of an order at a time on this node: the verdicts of its challenges come in at once, and each change names the one before.
final class OrderTurns: Sendable {
    /// Who waits, by the order that somebody is changing.
    private let waiting = Mutex<[String: [CheckedContinuation<Void, Never>]]>([:])

    /// Waits for this order's turn. Whoever has it calls `leave` in the end.
    func take(_ id: String) async {
        guard !takeNow(id) else { return }
        await withCheckedContinuation { caller in
            let isFree = waiting.withLock { waiting in
                if waiting[id] == nil {
                    waiting[id] = []
                    return true
                }
                waiting[id]?.append(caller)
                return false
            }
            if isFree { caller.resume() }
        }
    }

    func leave(_ id: String) {
        let next = waiting.withLock { waiting -> CheckedContinuation<Void, Never>? in
            guard var others = waiting[id], !others.isEmpty else {
                waiting[id] = nil
                return nil
            }
            let next = others.removeFirst()
            waiting[id] = others
            return next
        }
        next?.resume()
    }

    private func takeNow(_ id: String) -> Bool {
        waiting.withLock { waiting in
            guard waiting[id] == nil else { return false }
            waiting[id] = []
            return true
        }
    }
}
