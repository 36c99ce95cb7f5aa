import Foundation
import PKIFormats
import Persistence

/// The published CRLs: what is current, and what a relying party is given. `ListPublication.swift` makes them.
package struct RevocationLists: Sendable {
    /// What is known of a published list without its bytes.
    package struct Head: Sendable {
        package let scope: ListScope
        package let number: Int64
        package let thisUpdate: Date
        package let nextUpdate: Date
        package let entries: Int
        /// The version of the issuer's revocations that the list shows at least.
        let covers: Int64
    }

    /// A published list.
    package struct Published: Sendable {
        package let head: Head
        package let der: [UInt8]

        package var number: Int64 { head.number }
        package var thisUpdate: Date { head.thisUpdate }
        package var nextUpdate: Date { head.nextUpdate }
        package var entries: Int { head.entries }
    }

    let database: any Database
    let surroundings: Surroundings
    let leases: JobLeases
    let versions: RevocationVersions

    package init(database: any Database, surroundings: Surroundings) {
        self.database = database
        self.surroundings = surroundings
        leases = JobLeases(database: database, surroundings: surroundings)
        versions = RevocationVersions(database: database)
    }

    private static let headColumns = "shard, is_delta, number, this_update, next_update, entries, covers"

    /// The newest list of a scope; nil before the first.
    package func current(_ scope: ListScope) async throws -> Published? {
        try await database.read(
            "SELECT \(Self.headColumns), body FROM published_lists WHERE \(Self.condition) ORDER BY number DESC LIMIT 1",
            Self.parameters(scope)
        ).first.map { Published(head: try Self.head($0, scope.issuerKey), der: try $0.blob("body")) }
    }

    /// The newest complete list of a generation; nil before the first.
    package func current(issuerKey: [UInt8]) async throws -> Published? { try await current(ListScope(issuerKey: issuerKey)) }

    /// The same without its bytes, which may be many.
    package func head(_ scope: ListScope) async throws -> Head? {
        try await database.read(
            "SELECT \(Self.headColumns) FROM published_lists WHERE \(Self.condition) ORDER BY number DESC LIMIT 1", Self.parameters(scope)
        ).first.map { try Self.head($0, scope.issuerKey) }
    }

    /// What is current of all lists of a generation, the complete one first.
    package func heads(issuerKey: [UInt8]) async throws -> [Head] {
        try await database.read(
            """
            SELECT \(Self.headColumns) FROM published_lists l WHERE issuer_key = ? AND number = (SELECT MAX(number) FROM published_lists
                WHERE issuer_key = l.issuer_key AND shard = l.shard AND is_delta = l.is_delta) ORDER BY is_delta, shard
            """, [.blob(issuerKey)]
        ).map { try Self.head($0, issuerKey) }
    }

    /// Takes over a list that a later state of this database had published, so that a restored backup never shows an older one.
    package func adopt(_ list: Published) async throws {
        guard try await head(list.head.scope).map({ $0.number < list.number }) ?? true else { return }
        // What it covers was counted elsewhere.
        try await database.write(insert(list, baseNumber: try RevocationListFrame(der: list.der).baseNumber, covers: 0))
    }

    func insert(_ list: Published, baseNumber: UInt64?, covers: Int64) -> Statement {
        Statement(
            """
            INSERT INTO published_lists (issuer_key, shard, is_delta, number, base_number, covers, this_update, next_update, entries, body)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            Self.parameters(list.head.scope) + [
                .integer(list.number), .optional(baseNumber.map { Int64(clamping: $0) }), .integer(covers), .date(list.thisUpdate),
                .date(list.nextUpdate), .integer(Int64(list.entries)), .blob(list.der),
            ])
    }

    static let condition = "issuer_key = ? AND shard = ? AND is_delta = ?"

    static func parameters(_ scope: ListScope) -> [SQLValue] {
        [.blob(scope.issuerKey), .integer(Int64(scope.shard)), .flag(scope.isDelta)]
    }

    private static func head(_ row: Row, _ issuerKey: [UInt8]) throws -> Head {
        Head(
            scope: ListScope(issuerKey: issuerKey, shard: Int(try row.integer("shard")), isDelta: try row.flag("is_delta")),
            number: try row.integer("number"), thisUpdate: try row.date("this_update"), nextUpdate: try row.date("next_update"),
            entries: Int(try row.integer("entries")), covers: try row.integer("covers"))
    }
}
