import Foundation
import PKIFormats
import Persistence

/// What an operator asks of the trail and of the issued certificates.
package struct LedgerSearch: Sendable {
    /// A row of `transactions`.
    package struct TransactionRecord: Sendable {
        package let id: RequestID
        package let startedAt: Date
        package let finishedAt: Date?
        package let endpoint: String
        package let operation: String
        package let peer: String?
        package let userAgent: String?
        package let principal: String?
        package let subject: String?
        package let names: String?
        package let outcome: String
        package let code: String?
        package let stage: String?
        package let advice: String?
        package let serialNumber: [UInt8]?
        package let trail: Trail

        init(_ row: Row) throws {
            guard let id = RequestID(bytes: try row.blob("id")) else {
                throw PersistenceError.unavailable("a transaction has a malformed id")
            }
            self.id = id
            startedAt = try row.date("started_at")
            finishedAt = try row.optionalDate("finished_at")
            endpoint = try row.text("endpoint")
            operation = try row.text("operation")
            peer = try row.optionalText("peer")
            userAgent = try row.optionalText("user_agent")
            principal = try row.optionalText("principal")
            subject = try row.optionalText("subject")
            names = try row.optionalText("names")
            outcome = try row.text("outcome")
            code = try row.optionalText("code")
            stage = try row.optionalText("stage")
            advice = try row.optionalText("advice")
            serialNumber = try row.optionalBlob("serial")
            trail = Trail(json: try row.text("trail"))
        }
    }

    /// All given conditions must hold; `text` is looked for in subject and names.
    package struct Filter: Sendable {
        package var endpoint: String?
        package var text: String?
        package var outcome: String?
        package var limit: Int

        package init(endpoint: String? = nil, text: String? = nil, outcome: String? = nil, limit: Int = 100) {
            self.endpoint = endpoint
            self.text = text
            self.outcome = outcome
            self.limit = limit
        }
    }

    private let database: any Database
    private let ledger: IssuanceLedger

    package init(database: any Database, ledger: IssuanceLedger) {
        self.database = database
        self.ledger = ledger
    }

    /// Newest first.
    package func transactions(_ filter: Filter) async throws -> [TransactionRecord] {
        let (condition, parameters) = clause(filter, outcomeColumn: "outcome")
        return try await database.read(
            "SELECT * FROM transactions \(condition) ORDER BY id DESC LIMIT ?", parameters + [.integer(Int64(filter.limit))]
        )
        .map { try TransactionRecord($0) }
    }

    package func transaction(_ id: RequestID) async throws -> TransactionRecord? {
        try await database.read("SELECT * FROM transactions WHERE id = ?", [.blob(id.bytes)]).first.map { try TransactionRecord($0) }
    }

    /// Issued certificates, newest first; `outcome` is the state of the issuance, or `revoked`.
    package func issuances(_ filter: Filter) async throws(Refusal) -> [IssuanceRecord] {
        var filter = filter
        let isRevoked = filter.outcome == "revoked"
        if isRevoked { filter.outcome = nil }
        var (condition, parameters) = clause(filter, outcomeColumn: "state")
        if isRevoked { condition += condition.isEmpty ? "WHERE revoked_at IS NOT NULL" : " AND revoked_at IS NOT NULL" }
        return try await ledger.records("\(condition) ORDER BY id DESC LIMIT ?", parameters + [.integer(Int64(filter.limit))], at: .settle)
    }

    /// By serial number, as DER INTEGER contents.
    package func issuance(serialNumber: [UInt8]) async throws(Refusal) -> IssuanceRecord? {
        try await ledger.records("WHERE serial = ? LIMIT 1", [.blob(serialNumber)], at: .settle).first
    }

    private func clause(_ filter: Filter, outcomeColumn: String) -> (String, [SQLValue]) {
        var conditions: [String] = []
        var parameters: [SQLValue] = []
        if let endpoint = filter.endpoint {
            conditions.append("endpoint = ?")
            parameters.append(.text(endpoint))
        }
        if let outcome = filter.outcome {
            conditions.append("\(outcomeColumn) = ?")
            parameters.append(.text(outcome))
        }
        if let text = filter.text {
            conditions.append("(subject LIKE ? ESCAPE '\\' OR names LIKE ? ESCAPE '\\')")
            let escaped = text.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
            parameters += [.text("%\(escaped)%"), .text("%\(escaped)%")]
        }
        return (conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND "), parameters)
    }
}
