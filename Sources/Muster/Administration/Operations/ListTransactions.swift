import EnrollmentCore
import Foundation

/// What clients asked and what became of it, newest first.
struct ListTransactions: AdminOperation {
    struct Reply: Codable, Sendable {
        let transactions: [TransactionSummary]
    }

    let endpoint: String?
    let outcome: String?
    /// Looked for in subject and names.
    let name: String?
    /// Hexadecimal, as certificates are listed.
    let serial: String?
    /// Looked for in the principal.
    let principal: String?
    let peer: String?
    let since: Date?
    let until: Date?
    let limit: Int

    func perform(in administration: Administration) async throws -> Reply {
        let began = since ?? Date(timeIntervalSince1970: 0)
        let end = until ?? Date.distantFuture
        guard began <= end else { throw CommandFailure("--until lies before --since") }
        let filter = LedgerSearch.Filter(
            endpoint: endpoint, text: name, outcome: outcome, serial: try serial.map(SerialNumber.contents), principal: principal,
            peer: peer,
            began: since == nil && until == nil ? nil : began..<end, limit: min(max(limit, 1), 10_000))
        return Reply(transactions: try await administration.core.search.transactions(filter).map(TransactionSummary.init))
    }
}
