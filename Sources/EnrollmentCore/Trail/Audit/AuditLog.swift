import Foundation
import PKIFormats
import Persistence
import SigningKeys

/// The audit log as the server writes, signs, exports and prunes it.
package struct AuditLog: Sendable {
    /// The chain of a server that is alone on its database.
    package static let defaultChain = "node-1"

    private let database: any Database
    private let surroundings: Surroundings

    package init(database: any Database, surroundings: Surroundings) {
        self.database = database
        self.surroundings = surroundings
    }

    /// Chains one entry, durably.
    package func add(_ event: AuditEntry.Event, _ facts: KeyValuePairs<String, String?>) async throws(PersistenceError) {
        try await database.write(WriteUnit(journal: [AuditEntry(event, at: surroundings.now, facts).json]))
    }

    /// Signs the end of a chain and chains the signature.
    /// - Returns: the number of the checkpoint's own entry.
    @discardableResult
    package func checkpoint(_ chain: String = defaultChain, with key: any SigningKey) async throws -> Int64 {
        let tail = try await tail(of: chain) ?? AuditChain.Tail(number: 0, digest: AuditLine.origin)
        let checkpoint = try await AuditCheckpoint.sign(tail, of: chain, with: key)
        try await database.write(WriteUnit(journal: [checkpoint.entry(at: surroundings.now).json]))
        let rows = try await database.read(
            "SELECT body FROM audit_batches WHERE chain = ? AND last > ? ORDER BY last", [.text(chain), .integer(tail.number)])
        for row in rows {
            let lines = try row.text("body").split(separator: "\n").compactMap { AuditLine($0) }
            let own = lines.first { $0.json.contains(checkpoint.signature.hex) }
            if let number = own.flatMap({ AuditMembers($0.json) })?.n { return number }
        }
        throw PersistenceError.unavailable("the audit log does not hold the checkpoint that was written: no chain is kept")
    }

    /// Whether the last line of the chain is a checkpoint.
    package func endsWithCheckpoint(_ chain: String = defaultChain) async throws -> Bool {
        let body = try await database.read("SELECT body FROM audit_batches WHERE chain = ? ORDER BY last DESC LIMIT 1", [.text(chain)])
            .first?.text("body")
        guard let last = body?.split(separator: "\n").last, let line = AuditLine(last) else { return true }
        return AuditMembers(line.json)?.event == AuditEntry.Event.checkpoint.rawValue
    }

    /// Lines as exported, from the batch that follows entry `number` up to entry `end`, at most some thousands.
    /// - Returns: the text, and the number of its last line; nil where there is none.
    package func lines(after number: Int64, through end: Int64, of chain: String = defaultChain) async throws -> (
        text: String, last: Int64
    )? {
        let rows = try await database.read(
            "SELECT body, first, last FROM audit_batches WHERE chain = ? AND last > ? AND first <= ? ORDER BY last LIMIT 500",
            [.text(chain), .integer(number), .integer(end)])
        guard let row = rows.last else { return nil }
        let (first, last) = (try row.integer("first"), try row.integer("last"))
        var texts = try rows.map { try $0.text("body") }
        if last > end, let body = texts.popLast() {
            texts.append(body.split(separator: "\n").prefix(Int(end - first + 1)).map { $0 + "\n" }.joined())
        }
        return (texts.joined(), min(last, end))
    }

    package func tail(of chain: String = defaultChain) async throws -> AuditChain.Tail? {
        guard
            let row = try await database.read(
                "SELECT last, digest FROM audit_batches WHERE chain = ? ORDER BY last DESC LIMIT 1", [.text(chain)]
            ).first
        else { return nil }
        return AuditChain.Tail(number: try row.integer("last"), digest: try row.blob("digest"))
    }
}
