import EnrollmentCore
import Foundation

/// What ends soon, or has ended though the CA needs it: the next first.
struct ListExpiring: AdminOperation {
    struct Reply: Codable, Sendable {
        let expiring: [Expiring]
        /// Certificates of clients that end within the span, listed or not.
        let certificates: Int
    }

    let seconds: Int
    let limit: Int

    func perform(in administration: Administration) async throws -> Reply {
        let core = administration.core
        let now = core.surroundings.now
        let end = now.addingTimeInterval(Double(max(0, seconds)))
        let own = try await core.expiry.own().filter { $0.ends <= end }
        let clients = try await core.expiry.certificates(now...end, limit: min(max(limit, 1), 10_000))
        return Reply(expiring: own + clients, certificates: try await core.expiry.count(now...end))
    }
}
