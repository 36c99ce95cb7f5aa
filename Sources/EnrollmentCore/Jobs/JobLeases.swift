import Foundation
import Persistence

/// Work that one process of many does at a time: a lease is a row with an end, so that a process that dies holds nothing up for long.
package struct JobLeases: Sendable {
    /// Leave to do a job. Its holder ends it in the very write that holds the job's result: had somebody else taken the job over
    /// meanwhile, that write would fail as a whole.
    package struct Lease: Sendable {
        fileprivate let name: String
        fileprivate let holder: [UInt8]
        fileprivate let fence: Int64

        /// Ends the lease, if it still is this one.
        package var end: Statement {
            Statement(
                "UPDATE job_leases SET lease_until = 0 WHERE name = ? AND holder = ? AND fence = ?",
                [.text(name), .blob(holder), .integer(fence)], expectedRows: 1, label: JobLeases.label)
        }
    }

    /// The condition that fails when a lease was lost.
    package static let label = "lease"
    private static let pause: Duration = .milliseconds(50)

    private let database: any Database
    private let surroundings: Surroundings

    package init(database: any Database, surroundings: Surroundings) {
        self.database = database
        self.surroundings = surroundings
    }

    /// Takes the lease of a job, for so many seconds; nil while another holds it.
    package func take(_ name: String, for seconds: TimeInterval) async throws(PersistenceError) -> Lease? {
        let now = surroundings.now
        let holder = surroundings.randomness.bytes(12)
        do {
            try await database.write(
                Statement(
                    """
                    INSERT INTO job_leases (name, holder, fence, lease_until) VALUES (?, ?, 1, ?)
                    ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, fence = job_leases.fence + 1, lease_until = excluded.lease_until
                        WHERE job_leases.lease_until <= ?
                    """, [.text(name), .blob(holder), .date(now.addingTimeInterval(seconds)), .date(now)], expectedRows: 1,
                    label: Self.label))
        } catch .unmet {
            return nil
        } catch {
            throw error
        }
        return try await database.read("SELECT fence FROM job_leases WHERE name = ? AND holder = ?", [.text(name), .blob(holder)])
            .first.map { row throws(PersistenceError) in Lease(name: name, holder: holder, fence: try row.integer("fence")) }
    }

    /// Takes the lease of a job as soon as whoever holds it is done; nil when that takes longer than `patience`.
    package func take(_ name: String, for seconds: TimeInterval, patience: Duration) async throws -> Lease? {
        let deadline = ContinuousClock.now + patience
        while true {
            if let lease = try await take(name, for: seconds) { return lease }
            guard ContinuousClock.now < deadline else { return nil }
            try await Task.sleep(for: Self.pause)
        }
    }

    /// Ends a lease whose job came to nothing.
    package func giveBack(_ lease: Lease) async { try? await database.write(lease.end) }
}
