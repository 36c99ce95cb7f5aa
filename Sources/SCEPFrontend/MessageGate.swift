import Foundation
import Synchronization

/// How many messages are in work at a time. One takes some 60 kB from its decoding to its answer, and waits for the RA key twice; a good quarter of a
/// second passes before the last of these is answered: whoever comes beyond them is told to come back before anything of his message is read.
final class MessageGate: Sendable {
    /// Leave to be inside, given back at the latest when nobody holds it any more.
    final class Pass: Sendable {
        private let gate: MessageGate
        private let isUsedUp = Atomic(false)

        fileprivate init(_ gate: MessageGate) { self.gate = gate }

        deinit { leave() }

        func leave() {
            if !isUsedUp.exchange(true, ordering: .relaxed) { gate.inside.subtract(1, ordering: .relaxed) }
        }
    }

    private let limit: Int
    private let inside = Atomic(0)

    init(limit: Int = max(256, 128 * ProcessInfo.processInfo.activeProcessorCount)) { self.limit = limit }

    /// Nil when as many are inside as may be.
    func enter() -> Pass? {
        guard inside.add(1, ordering: .relaxed).newValue <= limit else {
            inside.subtract(1, ordering: .relaxed)
            return nil
        }
        return Pass(self)
    }
}
