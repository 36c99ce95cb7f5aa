import EnrollmentCore
import Foundation
import Synchronization

/// Counts finished transactions by endpoint and outcome since the server started, reading only what is new since the last look.
final class TransactionCounter: Sendable {
    struct Key: Hashable, Sendable {
        let endpoint: String
        let outcome: String
    }

    /// A transaction is counted when it is so old that it has surely ended (seconds).
    private static let settling: TimeInterval = 60

    private struct State: Sendable {
        var counts: [Key: Int64] = [:]
        /// What began before is counted.
        var position: Date
    }

    private let services: EnrollmentServices
    private let state: Mutex<State>

    init(_ services: EnrollmentServices) {
        self.services = services
        state = Mutex(State(position: services.surroundings.now))
    }

    /// Sorted by endpoint and outcome.
    func counts() async throws -> [(key: Key, count: Int64)] {
        let start = state.withLock(\.position)
        let end = services.surroundings.now.addingTimeInterval(-Self.settling)
        guard start < end else { return sorted() }
        var fresh: [Key: Int64] = [:]
        for entry in try await services.search.counts(start..<end) {
            // The URL names the endpoint: what strangers invent counts as one, so that they cannot make labels.
            let isKnown = services.catalog.endpoint(named: entry.endpoint) != nil
            fresh[Key(endpoint: isKnown ? entry.endpoint : "unknown", outcome: entry.outcome), default: 0] += entry.count
        }
        state.withLock { [fresh] state in
            // Two scrapes at once: the first wins.
            guard state.position == start else { return }
            state.position = end
            state.counts.merge(fresh, uniquingKeysWith: +)
        }
        return sorted()
    }

    private func sorted() -> [(key: Key, count: Int64)] {
        state.withLock(\.counts).map { ($0.key, $0.value) }.sorted { ($0.key.endpoint, $0.key.outcome) < ($1.key.endpoint, $1.key.outcome) }
    }
}
