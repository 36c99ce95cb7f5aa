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
        /// Certificates only: of this template.
        package var template: String?
        /// Certificates only: not ended at the lower bound, ended at the upper.
        package var ends: Range<Date>?
        package var limit: Int

        package init(
            endpoint: String? = nil, text: String? = nil, outcome: String? = nil, template: String? = nil, ends: Range<Date>? = nil,
            limit: Int = 100
        ) {
            self.endpoint = endpoint
            self.text = text
            self.outcome = outcome
            self.template = template
            self.ends = ends
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

    /// How many transactions began in a span of time, by endpoint and outcome.
    package func counts(_ span: Range<Date>) async throws -> [(endpoint: String, outcome: String, count: Int64)] {
        try await database.read(
            "SELECT endpoint, outcome, COUNT(*) AS n FROM transactions WHERE id >= ? AND id < ? GROUP BY endpoint, outcome",
            [.blob(RequestID.earliest(at: span.lowerBound)), .blob(RequestID.earliest(at: span.upperBound))]
        ).map { (try $0.text("endpoint"), try $0.text("outcome"), try $0.integer("n")) }
    }

    /// Issued certificates, newest first; `outcome` is the state of the issuance, or `revoked`, or `unrevoked` for what was released and
    /// still counts.
    package func issuances(_ filter: Filter) async throws(Refusal) -> [IssuanceRecord] {
        var filter = filter
        let special = ["revoked": "revoked_at IS NOT NULL", "unrevoked": "revoked_at IS NULL AND state = 'released'"][filter.outcome ?? ""]
        if special != nil { filter.outcome = nil }
        var (condition, parameters) = clause(filter, outcomeColumn: "state")
        if let special { condition += (condition.isEmpty ? "WHERE " : " AND ") + special }
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
        if let template = filter.template {
            conditions.append("template = ?")
            parameters.append(.text(template))
        }
        if let ends = filter.ends {
            conditions.append("not_after > ? AND not_after <= ?")
            parameters += [.date(ends.lowerBound), .date(ends.upperBound)]
        }
        if let text = filter.text {
            conditions.append("(subject LIKE ? ESCAPE '\\' OR names LIKE ? ESCAPE '\\')")
            let escaped = text.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_")
            parameters += [.text("%\(escaped)%"), .text("%\(escaped)%")]
        }
        return (conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND "), parameters)
    }
}
