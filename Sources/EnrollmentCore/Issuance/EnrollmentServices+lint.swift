import Foundation
import Persistence

extension EnrollmentServices {
    /// How many requests were refused since then because their certificate would have failed its lint: a template is to be corrected.
    package func blockedByLint(since instant: Date) async throws -> Int {
        let rows = try await database.read(
            "SELECT COUNT(*) AS n FROM transactions WHERE id >= ? AND stage = ? AND code = ?",
            [
                .blob(RequestID.earliest(at: instant)), .text(Refusal.Stage.check.rawValue), .text(Refusal.Code.internalFault.rawValue),
            ])
        return Int(try rows.first?.integer("n") ?? 0)
    }
}
