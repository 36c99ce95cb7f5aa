import EnrollmentCore
import Foundation
import Persistence
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
        /// Ids up to here are counted.
        var position: [UInt8]
    }

    private let services: EnrollmentServices
    private let state: Mutex<State>

    init(_ services: EnrollmentServices) {
        self.services = services
        state = Mutex(State(position: Self.firstID(at: services.surroundings.now)))
    }

    /// Sorted by endpoint and outcome.
    func counts() async throws -> [(key: Key, count: Int64)] {
        let start = state.withLock(\.position)
        let end = Self.firstID(at: services.surroundings.now.addingTimeInterval(-Self.settling))
        guard start.lexicographicallyPrecedes(end) else { return sorted() }
        let rows = try await services.database.read(
            "SELECT endpoint, outcome, COUNT(*) AS n FROM transactions WHERE id >= ? AND id < ? GROUP BY endpoint, outcome",
            [.blob(start), .blob(end)])
        var fresh: [Key: Int64] = [:]
        for row in rows { fresh[Key(endpoint: try row.text("endpoint"), outcome: try row.text("outcome"))] = try row.integer("n") }
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

    /// The smallest id of an instant: ids begin with 48 bits of milliseconds.
    private static func firstID(at instant: Date) -> [UInt8] {
        let milliseconds = UInt64(max(0, instant.timeIntervalSince1970 * 1000))
        return (0..<6).map { UInt8(truncatingIfNeeded: milliseconds >> (40 - 8 * $0)) } + [UInt8](repeating: 0, count: 10)
    }
}
