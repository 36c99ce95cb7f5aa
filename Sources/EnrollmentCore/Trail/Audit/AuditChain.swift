import Persistence
import PKIFormats
import Synchronization

/// The hash chain of one node. The database's writer extends it once a group, in the group's transaction; each batch is one row.
package final class AuditChain: Journal {
    /// The end of the chain: the number and the digest of its last line.
    package struct Tail: Sendable, Hashable {
        package let number: Int64
        package let digest: [UInt8]
    }

    package let name: String
    private let state: Mutex<(durable: Tail, added: Tail?)>

    private init(name: String, tail: Tail) {
        self.name = name
        state = Mutex((tail, nil))
    }

    /// Goes on where the chain ended. One node has one process, and one process one chain.
    package static func open(_ name: String, in database: any Database) async throws(PersistenceError) -> AuditChain {
        let last = try await database.read(
            "SELECT last, digest FROM audit_batches WHERE chain = ? ORDER BY last DESC LIMIT 1", [.text(name)]
        ).first
        let tail = Tail(number: try last?.integer("last") ?? 0, digest: try last?.blob("digest") ?? AuditLine.origin)
        return AuditChain(name: name, tail: tail)
    }

    package var tail: Tail { state.withLock(\.durable) }

    package func statements(adding entries: [String]) -> [Statement] {
        let durable = tail
        var end = durable
        var body = ByteText(capacity: entries.reduce(0) { $0 + $1.utf8.count + 100 })
        for entry in entries {
            var json = ByteText(capacity: entry.utf8.count + 32)
            json.append(literal: "{\"n\":")
            json.append(String(end.number + 1))
            json.append(literal: ",")
            json.append(entry)
            json.append(literal: "}")
            let line = AuditLine(after: end.digest, json: json.string)
            end = Tail(number: end.number + 1, digest: line.digest)
            line.write(to: &body)
            body.append(literal: "\n")
        }
        state.withLock { $0.added = end }
        return [
            Statement(
                "INSERT INTO audit_batches (chain, first, last, digest, body) VALUES (?, ?, ?, ?, ?)",
                [.text(name), .integer(durable.number + 1), .integer(end.number), .blob(end.digest), .text(body.string)], expectedRows: 1,
                label: "audit")
        ]
    }

    package func settle(isDurable: Bool) {
        state.withLock { state in
            if isDurable, let added = state.added { state.durable = added }
            state.added = nil
        }
    }
}
