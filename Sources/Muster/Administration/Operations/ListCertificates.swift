import EnrollmentCore
import Foundation

/// Certificates, newest first.
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
        let end = expiringWithinDays.map { now.addingTimeInterval(Double($0) * 86_400) }
        let needsAll = status != nil || template != nil || end != nil
        let records = try await administration.core.search.issuances(
            LedgerSearch.Filter(
                endpoint: endpoint, text: name, outcome: status == .revoked ? "revoked" : nil, limit: needsAll ? Int(Int32.max) : limit))
        let summaries = records.lazy.map { CertificateSummary($0, at: now) }.filter { summary in
            (status.map { $0 == summary.status } ?? true) && (template.map { $0 == summary.template } ?? true)
                && (end.map { summary.status == .valid && summary.notAfter <= $0 } ?? true)
        }
        return Reply(certificates: Array(summaries.prefix(min(max(limit, 1), 10_000))))
    }
}
