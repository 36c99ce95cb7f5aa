import ACMEWire
import EnrollmentCore
import Foundation
import PKIFormats
import Persistence

/// Orders in the database, always within one endpoint.
struct OrderStore: Sendable {
    /// Orders that are not finished, in the words of their index.
    static let open = "status <> 'valid' AND status <> 'invalid'"

    let database: ACMEDatabase
    let recent: RecentOrders
    private let accounts: AccountCache
    private let turns = OrderTurns()

    init(database: ACMEDatabase, recent: RecentOrders, accounts: AccountCache) {
        self.database = database
        self.recent = recent
        self.accounts = accounts
    }

    /// Nil unless it is this account's. Perhaps as it was some seconds ago on another node.
    func order(id: String, account: Account) async throws(ACMEProblem) -> Order? {
        guard let order = try await current(id, account.endpoint), order.accountID == account.id else { return nil }
        return order
    }

    /// As it stands in the database.
    func reloaded(_ id: String, endpoint: String) async throws(ACMEProblem) -> Order? {
        try await database.settle()
        recent.forget(id)
        let order = try await database.rows(
            "SELECT \(Order.columns) FROM acme_orders WHERE id = ? AND endpoint = ?", [.text(id), .text(endpoint)], as: Order.init(row:)
        ).first
        if let order { recent.keep(order) }
        return order
    }

    private func current(_ id: String, _ endpoint: String) async throws(ACMEProblem) -> Order? {
        guard let order = recent.find(id) else { return try await reloaded(id, endpoint: endpoint) }
        return order.endpoint == endpoint ? order : nil
    }

    /// Newest first, without the invalid ones; `after` is the last id of the page before.
    func orderIDs(of account: Account, after cursor: String?, limit: Int) async throws(ACMEProblem) -> [String] {
        try await database.settle()
        return try await database.rows(
            """
            SELECT id FROM acme_orders WHERE account_id = ? AND endpoint = ? AND status <> 'invalid' AND id < ? ORDER BY id DESC LIMIT ?
            """, [.text(account.id), .text(account.endpoint), .text(cursor ?? "g"), .integer(Int64(limit))],
            as: { row throws(PersistenceError) in try row.text("id") })
    }

    func openOrders(of account: Account, at instant: Date) async throws(ACMEProblem) -> Int {
        try await database.settle()
        let counts = try await database.rows(
            """
            SELECT COUNT(*) AS open FROM acme_orders
            WHERE account_id = ? AND \(Self.open) AND expires_at > ?
            """, [.text(account.id), .date(instant)], as: { row throws(PersistenceError) in try row.integer("open") })
        return Int(counts.first ?? 0)
    }

    /// A new order, which a deactivated account cannot make. The account's first one is noted, so that the account stays; later ones do not
    /// wait for the disk: what a crash loses of an order before its finalize, the client begins anew.
    func insert(_ order: Order, account: Account, at instant: Date) async throws(ACMEProblem) -> WriteResult {
        var statements = [
            Statement(
                """
                INSERT INTO acme_orders (id, endpoint, account_id, status, revision, authorizations, expires_at)
                    SELECT CAST(? AS TEXT), endpoint, id, 'pending', 0, CAST(? AS TEXT), CAST(? AS BIGINT) FROM acme_accounts
                    WHERE id = ? AND status = 'valid'
                """,
                [.text(order.id), .text(StoredJSON.text(order.authorizations)), .date(order.expires), .text(account.id)], expectedRows: 1,
                label: "account valid")
        ]
        if !account.hasOrdered {
            statements.append(
                Statement("UPDATE acme_accounts SET last_order_at = ? WHERE id = ?", [.date(instant), .text(account.id)]))
        }
        let result = try await write(statements, leadingTo: order, waits: !account.hasOrdered)
        if !account.hasOrdered { accounts.forget(account.id) }
        return result
    }

    /// Takes an order one step on: as it is known here, or, where another node was faster, as it stands by then.
    /// - Parameters:
    ///   - waits: for the disk; else a crash may take the step back.
    ///   - step: changes the order, or returns nil when the step does not apply; what it returns is written with the change.
    /// - Returns: the order after it, changed or not; nil when there is none.
    func change(
        _ id: String, endpoint: String, waits: Bool = true, _ step: (inout Order) -> [Statement]?
    ) async throws(ACMEProblem) -> Order? {
        await turns.take(id)
        defer { turns.leave(id) }
        var known = try await current(id, endpoint)
        for _ in 0..<8 {
            guard let order = known else { return nil }
            var next = order
            guard let others = step(&next) else { return order }
            let change = Statement(
                "UPDATE acme_orders SET status = ?, revision = ?, authorizations = ?, error = ? WHERE id = ? AND revision = ?",
                [
                    .text(next.storedStatus.rawValue), .integer(next.revision), .text(StoredJSON.text(next.authorizations)),
                    .optional(next.error.map(StoredJSON.text)), .text(id), .integer(order.revision),
                ], expectedRows: 1, label: "order unchanged")
            guard try await write([change] + others, leadingTo: next, waits: waits) != .written else { return next }
            known = try await reloaded(id, endpoint: endpoint)
        }
        throw ACMEProblem(.serverInternal, "the order is being changed elsewhere; try again", status: 503)
    }

    /// Writes what makes an order what it then is. Where nobody waits for the disk, the order is known here beforehand, until it is heard to be lost.
    private func write(_ statements: [Statement], leadingTo order: Order, waits: Bool) async throws(ACMEProblem) -> WriteResult {
        guard !waits else {
            let result = try await database.write(statements)
            if result == .written { recent.keep(order) }
            return result
        }
        recent.keep(order)
        var isWritten = false
        defer { if !isWritten { recent.forget(order.id) } }
        let result = try await database.write(statements, behind: { [recent] _ in recent.forget(order.id) })
        isWritten = result == .written
        return result
    }

    /// ready → processing, as the claim that the core redeems when it records (or holds) the request: only while the account is valid and
    /// nothing about the order, its authorizations included, has changed since it was examined.
    static func claim(_ order: Order, digest: [UInt8], at instant: Date) -> WriteUnit {
        WriteUnit([
            Statement(
                """
                UPDATE acme_orders SET status = 'processing', revision = revision + 1, request_digest = ?
                WHERE id = ? AND revision = ? AND status = 'ready' AND expires_at > ?
                    AND EXISTS (SELECT 1 FROM acme_accounts WHERE id = acme_orders.account_id AND status = 'valid')
                """, [.text(digest.hex), .text(order.id), .integer(order.revision), .date(instant)], expectedRows: 1,
                label: "ACME order ready")
        ])
    }

    /// processing → valid. Repeating it changes nothing.
    func complete(_ order: Order, by issuance: RequestID) async throws(ACMEProblem) {
        _ = try await database.write(Self.completion(of: order.id, by: issuance).statements)
    }

    /// The same as a part of the transaction that releases the certificate.
    static func completion(of order: String, by issuance: RequestID) -> WriteUnit {
        WriteUnit([
            Statement(
                """
                UPDATE acme_orders SET status = 'valid', revision = revision + 1, issuance = ? WHERE id = ? AND status = 'processing'
                """,
                [.blob(issuance.bytes), .text(order)])
        ])
    }

    /// processing → invalid, when the issuance that claimed it can never finish.
    func abandon(_ order: Order, error: Problem) async throws(ACMEProblem) {
        _ = try await database.write([
            Statement(
                "UPDATE acme_orders SET status = 'invalid', revision = revision + 1, error = ? WHERE id = ? AND status = 'processing'",
                [.text(StoredJSON.text(error)), .text(order.id)])
        ])
    }
}
