import EnrollmentCore
import Foundation

/// Certificates, newest first; those that end soon, and those that ended, by their end.
struct ListCertificates: AdminOperation {
    struct Reply: Codable, Sendable {
        let certificates: [CertificateSummary]
    }

    let status: CertificateSummary.Status?
    let endpoint: String?
    let template: String?
    /// Looked for in subject and names.
    let name: String?
    let expiringWithinDays: Int?
    let limit: Int

    func perform(in administration: Administration) async throws -> Reply {
        let now = administration.core.surroundings.now
        var filter = LedgerSearch.Filter(endpoint: endpoint, text: name, template: template, limit: min(max(limit, 1), 10_000))
        switch status {
        case nil: break
        case .valid: (filter.outcome, filter.ends) = ("unrevoked", now..<Date.distantFuture)
        case .expired: (filter.outcome, filter.ends, filter.order) = ("unrevoked", Date.distantPast..<now, .endingLast)
        case .revoked: filter.outcome = "revoked"
        case .unfinished: filter.outcome = IssuanceState.recorded.rawValue
        case .void: filter.outcome = IssuanceState.tombstoned.rawValue
        }
        if let expiringWithinDays {
            filter.outcome = filter.outcome ?? "unrevoked"
            filter.order = .endingFirst
            filter.ends = now..<now.addingTimeInterval(Double(max(0, expiringWithinDays)) * 86_400)
        }
        return Reply(certificates: try await administration.core.search.issuances(filter).map { CertificateSummary($0, at: now) })
    }
}
