import EnrollmentCore
import Foundation
import PKIFormats

/// The whole story of one transaction.
struct ShowTransaction: AdminOperation {
    struct Step: Codable, Sendable {
        let stage: String
        let text: String
    }

    struct Reply: Codable, Sendable {
        let summary: TransactionSummary
        let finishedAt: Date?
        let userAgent: String?
        let principal: String?
        let names: String?
        let serial: String?
        let advice: String?
        let trail: [Step]
    }

    let id: String

    func perform(in administration: Administration) async throws -> Reply {
        guard let bytes = [UInt8](hex: id), let requestID = RequestID(bytes: bytes) else {
            throw CommandFailure("'\(id.prefix(60))' is not the id of a transaction")
        }
        guard let record = try await administration.core.search.transaction(requestID) else {
            throw CommandFailure("there is no transaction \(id)")
        }
        return Reply(
            summary: TransactionSummary(record), finishedAt: record.finishedAt, userAgent: record.userAgent, principal: record.principal,
            names: record.names.flatMap { $0.isEmpty ? nil : $0 }, serial: record.serialNumber.map(SerialNumber.text),
            advice: record.advice,
            trail: record.trail.entries.map { Step(stage: $0.stage.rawValue, text: $0.text) })
    }
}
