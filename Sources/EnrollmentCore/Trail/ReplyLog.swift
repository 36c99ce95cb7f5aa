import Persistence
import Synchronization

/// What was answered, as bytes on the wire: known only when the transaction's own writes are long done, and so written after, many at a time. No
/// answer waits for it; a crash loses those of the last second, and under a flood those beyond the limit are left out.
package final class ReplyLog: Sendable {
    package struct Reply: Sendable, Equatable {
        /// HTTP's.
        package let status: Int
        package let contentType: String?
        /// Of the body; nil where its length is not known beforehand.
        package let bytes: Int?
        /// From the head of the request to the head of the reply.
        package let microseconds: Int64
        /// In the protocol's own words.
        package var words: String?

        package init(status: Int, contentType: String?, bytes: Int?, microseconds: Int64) {
            self.status = status
            self.contentType = contentType.map { $0.cut(to: 100).printable }
            self.bytes = bytes
            self.microseconds = microseconds
        }
    }

    private static let limit = 20_000
    private static let chunk = 500

    private let database: any Database
    private let waiting = Mutex<[(id: RequestID, reply: Reply)]>([])

    package init(database: any Database) { self.database = database }

    /// Takes down the reply to an exchange, for each transaction that it led to.
    package func add(_ reply: Reply, to exchange: Exchange) {
        let transactions = exchange.transactions
        guard !transactions.isEmpty else { return }
        var reply = reply
        reply.words = exchange.words.map { $0.cut(to: 200).printable }
        waiting.withLock { waiting in
            guard waiting.count < Self.limit else { return }
            waiting += transactions.map { ($0, reply) }
        }
    }

    /// Writes what waits.
    package func flush() async throws(PersistenceError) {
        while true {
            let chunk = waiting.withLock { waiting in
                let chunk = Array(waiting.prefix(Self.chunk))
                waiting.removeFirst(chunk.count)
                return chunk
            }
            guard !chunk.isEmpty else { return }
            try await database.write(WriteUnit(chunk.map { Self.statement($0.id, $0.reply) }))
        }
    }

    package func reply(to id: RequestID) async throws -> Reply? {
        let rows = try await database.read("SELECT * FROM transaction_replies WHERE id = ?", [.blob(id.bytes)])
        return try rows.first.map { row in
            var reply = Reply(
                status: Int(try row.integer("status")), contentType: try row.optionalText("content_type"),
                bytes: try row.optionalInteger("bytes").map { Int($0) }, microseconds: try row.integer("microseconds"))
            reply.words = try row.optionalText("words")
            return reply
        }
    }

    private static func statement(_ id: RequestID, _ reply: Reply) -> Statement {
        Statement(
            """
            INSERT INTO transaction_replies (id, status, content_type, bytes, microseconds, words) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (id) DO NOTHING
            """,
            [
                .blob(id.bytes), .integer(Int64(reply.status)), .optional(reply.contentType), .optional(reply.bytes.map { Int64($0) }),
                .integer(reply.microseconds), .optional(reply.words),
            ])
    }
}

/// The table of replies (docs/SCHEMA.md).
enum ReplySchema {
    static let migrations: [Migration] = [
        Migration(
            module: "replies", version: 1,
            statements: [
                """
                CREATE TABLE transaction_replies (
                    id BLOB PRIMARY KEY, status INTEGER NOT NULL, content_type TEXT, bytes BIGINT, microseconds BIGINT NOT NULL, words TEXT
                )
                """
            ])
    ]
}
