import Foundation
import PKIFormats
import Persistence

/// Revokes renewed certificates as superseded, where their template says so and when its delay is over: the device has had time to change.
package struct Supersession: Sendable {
    private static let page = 100

    private let ledger: IssuanceLedger
    private let desk: RevocationDesk
    private let surroundings: Surroundings

    init(ledger: IssuanceLedger, desk: RevocationDesk, surroundings: Surroundings) {
        self.ledger = ledger
        self.desk = desk
        self.surroundings = surroundings
    }

    /// Does what is due: only where the successor was delivered and still counts.
    /// - Returns: how many certificates were revoked.
    package func run() async throws -> Int {
        var count = 0
        while true {
            let now = surroundings.now
            let due = try await ledger.database.read(
                "SELECT predecessor, successor FROM renewals WHERE supersede_at <= ? ORDER BY supersede_at LIMIT \(Self.page)", [.date(now)]
            )
            for row in due {
                let predecessor = try row.blob("predecessor")
                if try await isDeliverable(row.blob("successor"), at: now), try await revoke(predecessor, at: now) { count += 1 }
                try await ledger.database.write(
                    Statement(
                        "UPDATE renewals SET supersede_at = NULL WHERE predecessor = ? AND supersede_at <= ?",
                        [.blob(predecessor), .date(now)]))
            }
            guard due.count == Self.page else { return count }
        }
    }

    private func isDeliverable(_ id: [UInt8], at now: Date) async throws -> Bool {
        try await ledger.records("WHERE id = ?", [.blob(id)], at: .revoke).first?.isDeliverable(at: now) ?? false
    }

    /// False where it was revoked or has ended meanwhile, or another process was first.
    private func revoke(_ id: [UInt8], at now: Date) async throws -> Bool {
        guard let record = try await ledger.records("WHERE id = ?", [.blob(id)], at: .revoke).first, record.isDeliverable(at: now),
            let certificate = record.certificate
        else { return false }
        do throws(Refusal) {
            _ = try await desk.revoke(
                RevocationRequest(
                    id: RequestID(in: surroundings),
                    arrival: Arrival(endpoint: DefaultEndpoints.system, binding: "default", operation: "supersede", instant: now),
                    credentials: [SystemCredential(purpose: "supersession", names: [])], target: .certificate(certificate),
                    reason: .superseded))
            return true
        } catch {
            guard error.code == .alreadyRevoked else { throw error }
            return false
        }
    }
}
