import EnrollmentCore

/// What clients asked and what became of it, newest first.
struct ListTransactions: AdminOperation {
    struct Reply: Codable, Sendable {
        let transactions: [TransactionSummary]
    }

    let endpoint: String?
    let outcome: String?
    let limit: Int

    func perform(in administration: Administration) async throws -> Reply {
        let filter = LedgerSearch.Filter(endpoint: endpoint, outcome: outcome, limit: min(max(limit, 1), 10_000))
        return Reply(transactions: try await administration.core.search.transactions(filter).map(TransactionSummary.init))
    }
}
