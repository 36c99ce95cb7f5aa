import EnrollmentCore
import Foundation

/// One transaction as lists show it.
struct TransactionSummary: Codable, Sendable {
    let id: String
    let startedAt: Date
    let endpoint: String
    let operation: String
    let outcome: String
    let code: String?
    let peer: String?
    let subject: String?

    init(_ record: LedgerSearch.TransactionRecord) {
        id = record.id.description
        startedAt = record.startedAt
        endpoint = record.endpoint
        operation = record.operation
        outcome = record.outcome
        code = record.code
        peer = record.peer
        subject = record.subject
    }
}
