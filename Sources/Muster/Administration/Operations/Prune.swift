import EnrollmentCore
import Foundation

/// Deletes what the configuration no longer wants kept.
struct Prune: AdminOperation {
    func perform(in administration: Administration) async throws -> Pruner.Result {
        let core = administration.core
        return try await core.pruner.prune(Pruner.Policy(administration.configuration.retention, at: core.surroundings.now))
    }
}

extension Pruner.Policy {
    init(_ retention: Configuration.Retention, at now: Date) {
        func ago(_ days: Int?) -> Date? { days.map { now.addingTimeInterval(-86_400 * Double($0)) } }
        self.init(
            transactions: ago(retention.transactionDays), rawRequests: ago(retention.rawRequestDays ?? 7),
            certificates: ago(retention.expiredCertificateDays), audit: ago(retention.auditDays))
    }
}
