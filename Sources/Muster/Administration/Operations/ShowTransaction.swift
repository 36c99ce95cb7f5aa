import EnrollmentCore
import Foundation
import PKIFormats

/// The whole story of one transaction.
struct ShowTransaction: AdminOperation {
    struct Step: Codable, Sendable {
        let stage: String
        let text: String
        /// Since the transaction began.
        let microseconds: Int64?
    }

    /// What went back to the client.
    struct Answer: Codable, Sendable {
        let status: Int
        let contentType: String?
        let bytes: Int?
        let microseconds: Int64
        /// In the protocol's own words.
        let words: String?
    }

    struct Reply: Sendable {
        let summary: TransactionSummary
        let finishedAt: Date?
        let userAgent: String?
        let principal: String?
        let names: String?
        let serial: String?
        let advice: String?
        let trail: [Step]
        var answer: Answer?
    }

    let id: String

    func perform(in administration: Administration) async throws -> Reply {
        guard let bytes = [UInt8](hex: id), let requestID = RequestID(bytes: bytes) else {
            throw CommandFailure("'\(id.prefix(60))' is not the id of a transaction")
        }
        guard let record = try await administration.core.search.transaction(requestID) else {
            throw CommandFailure("there is no transaction \(id)")
        }
        // What was answered just now is in memory still.
        let replies = administration.core.replies
        try await replies.flush()
        let answer = try await replies.reply(to: requestID).map {
            Answer(status: $0.status, contentType: $0.contentType, bytes: $0.bytes, microseconds: $0.microseconds, words: $0.words)
        }
        return Reply(
            summary: TransactionSummary(record), finishedAt: record.finishedAt, userAgent: record.userAgent, principal: record.principal,
            names: record.names.flatMap { $0.isEmpty ? nil : $0 }, serial: record.serialNumber.map(SerialNumber.text),
            advice: record.advice,
            trail: record.trail.entries.map { Step(stage: $0.stage.rawValue, text: $0.text, microseconds: $0.at) }, answer: answer)
    }
}

/// One flat JSON object: the summary's fields among the others.
extension ShowTransaction.Reply: Codable {
    private enum CodingKeys: String, CodingKey {
        case finishedAt, userAgent, principal, names, serial, advice, trail, reply
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func text(_ key: CodingKeys) throws -> String? { try container.decodeIfPresent(String.self, forKey: key) }
        self.init(
            summary: try TransactionSummary(from: decoder), finishedAt: try container.decodeIfPresent(Date.self, forKey: .finishedAt),
            userAgent: try text(.userAgent), principal: try text(.principal), names: try text(.names), serial: try text(.serial),
            advice: try text(.advice), trail: try container.decode([ShowTransaction.Step].self, forKey: .trail),
            answer: try container.decodeIfPresent(ShowTransaction.Answer.self, forKey: .reply))
    }

    func encode(to encoder: any Encoder) throws {
        try summary.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(finishedAt, forKey: .finishedAt)
        try container.encodeIfPresent(userAgent, forKey: .userAgent)
        try container.encodeIfPresent(principal, forKey: .principal)
        try container.encodeIfPresent(names, forKey: .names)
        try container.encodeIfPresent(serial, forKey: .serial)
        try container.encodeIfPresent(advice, forKey: .advice)
        try container.encode(trail, forKey: .trail)
        try container.encodeIfPresent(answer, forKey: .reply)
    }
}
