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

    /// In which order certificates come.
    package enum Order: Sendable {
        case newest
        /// By their end, the next first; or the last first.
        case endingFirst, endingLast

        var sql: String {
            switch self {
            case .newest: "id DESC"
            case .endingFirst: "not_after, id"
            case .endingLast: "not_after DESC, id DESC"
            }
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
        /// As DER INTEGER contents.
        package var serial: [UInt8]?
        /// Transactions only: looked for in the principal.
        package var principal: String?
        /// Transactions only: the client's address.
        package var peer: String?
        /// Transactions only: when they began.
        package var began: Range<Date>?
        /// Certificates only.
        package var order = Order.newest
        package var limit: Int

        package init(
            endpoint: String? = nil, text: String? = nil, outcome: String? = nil, template: String? = nil, ends: Range<Date>? = nil,
            serial: [UInt8]? = nil, principal: String? = nil, peer: String? = nil, began: Range<Date>? = nil, limit: Int = 100
        ) {
            self.serial = serial
            self.principal = principal
            self.peer = peer
            self.began = began
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
    private let names: NameIndex

    package init(database: any Database, ledger: IssuanceLedger) {
        names = NameIndex(database: database)
        self.database = database
        self.ledger = ledger
    }

    /// Newest first.
    package func transactions(_ filter: Filter) async throws -> [TransactionRecord] {
        let (condition, parameters) = clause(filter, outcomeColumn: "outcome", serialCondition: Self.transactionsOfSerial)
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

    /// Issued certificates in the filter's order; `outcome` is the state of the issuance, or `revoked`, or `unrevoked` for what was released and
    /// still counts.
    package func issuances(_ filter: Filter) async throws(Refusal) -> [IssuanceRecord] {
        var filter = filter
        let special = [
            // So that the index of the revoked is walked, however many share a name.
            "revoked": "id IN (SELECT id FROM issuances WHERE revoked_at IS NOT NULL)",
            "unrevoked": "revoked_at IS NULL AND state = 'released'",
        ][filter.outcome ?? ""]
        if special != nil { filter.outcome = nil }
        var (condition, parameters) = clause(filter, outcomeColumn: "state", serialCondition: "serial = ?")
        if let special { condition += (condition.isEmpty ? "WHERE " : " AND ") + special }
        let limit = SQLValue.integer(Int64(filter.limit))
        func ask(_ narrowed: (sql: String, parameter: SQLValue)?) async throws(Refusal) -> [IssuanceRecord] {
            try await ledger.records(
                "\(condition) \(narrowed.map { "AND " + $0.sql } ?? "") ORDER BY \(filter.order.sql) LIMIT ?",
                parameters + [narrowed?.parameter, limit].compactMap { $0 }, at: .settle)
        }
        guard let text = filter.text else { return try await ask(nil) }
        try await ledger.attempt(.settle) { try await names.catchUp() }
        // A part of a name that very many share: the newest of them are enough, most often; else the other conditions tell more than the name.
        if filter.order == .newest {
            let newest = try await ledger.attempt(.settle) { try await names.condition(for: text, amongNewest: filter.limit + 400) }
            if let newest {
                let found = try await ask(newest)
                if found.count >= filter.limit { return found }
            }
        }
        if filter.ends != nil || special != nil, try await ledger.attempt(.settle, { try await names.isShared(text) }) {
            return try await ask(nil)
        }
        return try await ask(try await ledger.attempt(.settle) { try await names.condition(for: text) })
    }

    /// By serial number, as DER INTEGER contents.
    package func issuance(serialNumber: [UInt8]) async throws(Refusal) -> IssuanceRecord? {
        try await ledger.records("WHERE serial = ? LIMIT 1", [.blob(serialNumber)], at: .settle).first
    }

    /// An issuance's own transaction is found by its id: the index has the others.
    private static let transactionsOfSerial = """
        id IN (SELECT id FROM issuances WHERE serial = ?
            UNION SELECT id FROM transactions WHERE serial = ? AND outcome NOT IN ('recorded', 'released'))
        """

    private func clause(_ filter: Filter, outcomeColumn: String, serialCondition: String) -> (String, [SQLValue]) {
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
        if let serial = filter.serial {
            conditions.append(serialCondition)
            parameters += Array(repeating: .blob(serial), count: serialCondition.count { $0 == "?" })
        }
        if let peer = filter.peer {
            conditions.append("peer = ?")
            parameters.append(.text(peer))
        }
        if let principal = filter.principal {
            conditions.append("principal LIKE ? ESCAPE '\\'")
            parameters.append(.text(Self.pattern(principal)))
        }
        if let began = filter.began {
            conditions.append("id >= ? AND id < ?")
            parameters += [.blob(RequestID.earliest(at: began.lowerBound)), .blob(RequestID.earliest(at: began.upperBound))]
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
            parameters += [.text(Self.pattern(text)), .text(Self.pattern(text))]
        }
        return (conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND "), parameters)
    }

    /// What LIKE takes for "contains this text".
    private static func pattern(_ text: String) -> String {
        "%" + text.replacing("\\", with: "\\\\").replacing("%", with: "\\%").replacing("_", with: "\\_") + "%"
    }
}
