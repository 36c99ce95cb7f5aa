import Foundation
import Persistence
import PKIFormats

/// Deletes what the policy no longer wants kept, some hundred rows a transaction, each with its entry in the audit log.
package struct Pruner: Sendable {
    /// What is older goes; nil keeps it for ever.
    package struct Policy: Sendable {
        package var transactions: Date?
        package var rawRequests: Date?
        /// Certificates that ended before. Those of the CA itself and those revoked for keyCompromise stay: such keys are never certified again.
        package var certificates: Date?
        package var audit: Date?

        package init(transactions: Date? = nil, rawRequests: Date? = nil, certificates: Date? = nil, audit: Date? = nil) {
            self.transactions = transactions
            self.rawRequests = rawRequests
            self.certificates = certificates
            self.audit = audit
        }
    }

    /// How many rows went; of the audit log, entries.
    package struct Result: Sendable, Codable, Equatable {
        package var transactions = 0
        package var rawRequests = 0
        package var certificates = 0
        package var auditEntries = 0

        package init() {}
        package var isEmpty: Bool { self == Result() }
    }

    private static let chunk = 500

    private let database: any Database
    private let surroundings: Surroundings
    private let names: NameIndex

    package init(database: any Database, surroundings: Surroundings) {
        self.database = database
        self.surroundings = surroundings
        names = NameIndex(database: database)
    }

    package func prune(_ policy: Policy) async throws -> Result {
        var result = Result()
        if let end = policy.rawRequests { result.rawRequests = try await drop("raw_requests", arrivedBefore: end) }
        // What is still open keeps its row.
        if let end = policy.transactions {
            result.transactions = try await drop("transactions", arrivedBefore: end, and: "outcome <> 'recorded'")
        }
        if let end = policy.certificates { result.certificates = try await dropCertificates(endedBefore: end) }
        if let end = policy.audit { result.auditEntries = try await dropAudit(loggedBefore: end) }
        return result
    }

    private func drop(_ table: String, arrivedBefore end: Date, and condition: String = "1 = 1") async throws -> Int {
        try await drop(
            table,
            where: "id IN (SELECT id FROM \(table) WHERE id < ? AND \(condition) ORDER BY id LIMIT \(Self.chunk))",
            [.blob(RequestID.earliest(at: end))], before: end, alongside: { _ in [] })
    }

    private func dropCertificates(endedBefore end: Date) async throws -> Int {
        try await drop(
            "issuances",
            where: """
                id IN (SELECT id FROM issuances WHERE not_after < ? AND endpoint NOT LIKE 'system%' AND state NOT IN ('recorded', 'issued')
                    AND (revocation_reason IS NULL OR revocation_reason <> 1) ORDER BY not_after LIMIT \(Self.chunk))
                """, [.date(end)], before: end, alongside: names.forgetting)
    }

    /// Chunk by chunk until nothing is left.
    private func drop(
        _ table: String, where condition: String, _ parameters: [SQLValue], before end: Date,
        alongside: ([SQLValue]) async throws -> [Statement]
    ) async throws -> Int {
        var count = 0
        while true {
            let ids = try await database.read("SELECT id FROM \(table) WHERE \(condition)", parameters).map { try $0.value("id") }
            guard !ids.isEmpty else { return count }
            let marks = Array(repeating: "?", count: ids.count).joined(separator: ", ")
            var unit = WriteUnit(
                try await alongside(ids) + [Statement("DELETE FROM \(table) WHERE id IN (\(marks))", ids)],
                journal: [
                    AuditEntry(
                        .pruned, at: surroundings.now,
                        ["what": table, "count": String(ids.count), "before": end.utcText]
                    ).json
                ])
            if table == "transactions" { unit.append(Statement("DELETE FROM transaction_replies WHERE id IN (\(marks))", ids)) }
            if table == "issuances" {
                unit.append(Statement("DELETE FROM settlements WHERE issuance IN (\(marks))", ids))
                unit.append(Statement("DELETE FROM renewals WHERE predecessor IN (\(marks))", ids))
            }
            try await database.write(unit)
            count += ids.count
        }
    }

    /// Cuts the log before an instant. The entry about it holds the digest that the log now begins after, and so keeps it verifiable.
    private func dropAudit(loggedBefore end: Date) async throws -> Int {
        var count = 0
        for row in try await database.read("SELECT chain, MIN(first) AS first FROM audit_batches GROUP BY chain") {
            let (chain, first) = (try row.value("chain"), try row.integer("first"))
            guard let cut = try await newestBatch(of: chain, before: end), cut.last >= first else { continue }
            try await database.write(
                WriteUnit(
                    [Statement("DELETE FROM audit_batches WHERE chain = ? AND last <= ?", [chain, .integer(cut.last)])],
                    journal: [
                        AuditEntry(
                            .pruned, at: surroundings.now,
                            ["what": "audit", "before": end.utcText, "through": String(cut.last), "digest": cut.digest.hex]
                        ).json
                    ]))
            count += Int(cut.last - first + 1)
        }
        return count
    }

    /// The last batch whose lines are all older; found by halving, for instants grow with the numbers.
    private func newestBatch(of chain: SQLValue, before end: Date) async throws -> (last: Int64, digest: [UInt8])? {
        var low: Int64 = 0
        var high =
            try await database.read("SELECT MAX(last) AS last FROM audit_batches WHERE chain = ?", [chain]).first?.optionalInteger("last")
            ?? 0
        // The newest batch stays: the chain goes on after it.
        high -= 1
        var found: (last: Int64, digest: [UInt8])?
        while low <= high {
            let middle = (low + high) / 2
            guard
                let row = try await database.read(
                    "SELECT last, digest, body FROM audit_batches WHERE chain = ? AND last <= ? ORDER BY last DESC LIMIT 1",
                    [chain, .integer(middle)]
                ).first
            else {
                low = middle + 1
                continue
            }
            let last = try row.integer("last")
            let isOlder =
                try row.text("body").split(separator: "\n").last.flatMap { AuditLine($0) }.flatMap { AuditMembers($0.json) }
                .map { $0.at < end.utcText } ?? false
            if isOlder {
                found = (last, try row.blob("digest"))
                low = middle + 1
            } else {
                high = min(last, middle) - 1
            }
        }
        return found
    }
}
