import ACMEWire
import EnrollmentCore
import Foundation
import Persistence
import PKIFormats

/// Orders in the database, always within one endpoint.
struct OrderStore: Sendable {
    let database: ACMEDatabase

    /// Null unless it is this account's.
    func order(id: String, account: Account) async throws(ACMEProblem) -> Order? {
        try await database.rows(
            "SELECT \(Order.columns) FROM acme_orders WHERE id = ? AND account_id = ? AND endpoint = ?",
            [.text(id), .text(account.id), .text(account.endpoint)], as: Order.init(row:)
        ).first
    }

    func order(id: String, endpoint: String) async throws(ACMEProblem) -> Order? {
        try await database.rows(
            "SELECT \(Order.columns) FROM acme_orders WHERE id = ? AND endpoint = ?", [.text(id), .text(endpoint)], as: Order.init(row:)
        ).first
    }

    /// Newest first, without the invalid ones; `after` is the last id of the page before.
    func orderIDs(of account: Account, after cursor: String?, limit: Int) async throws(ACMEProblem) -> [String] {
        try await database.rows(
            """
            SELECT id FROM acme_orders WHERE account_id = ? AND endpoint = ? AND status <> 'invalid' AND id < ? ORDER BY id DESC LIMIT ?
            """, [.text(account.id), .text(account.endpoint), .text(cursor ?? "g"), .integer(Int64(limit))],
            as: { row throws(PersistenceError) in try row.text("id") })
    }

    func openOrders(of account: Account, at instant: Date) async throws(ACMEProblem) -> Int {
        let counts = try await database.rows(
            """
            SELECT COUNT(*) AS open FROM acme_orders
            WHERE account_id = ? AND status IN ('pending', 'ready', 'processing') AND expires_at > ?
            """, [.text(account.id), .date(instant)], as: { row throws(PersistenceError) in try row.integer("open") })
        return Int(counts.first ?? 0)
    }

    /// The order, an authorization and a challenge for each identifier, as one unit that a deactivated account cannot pass.
    func insert(_ draft: OrderDraft, account: Account) async throws(ACMEProblem) -> WriteResult {
        var statements = [
            Statement(
                "UPDATE acme_accounts SET last_order_at = ? WHERE id = ? AND status = 'valid'", [.date(draft.created), .text(account.id)],
                expectedRows: 1, label: "account valid"),
            Statement(
                """
                INSERT INTO acme_orders (id, endpoint, account_id, status, identifiers, created_at, expires_at)
                VALUES (?, ?, ?, 'pending', ?, ?, ?)
                """,
                [
                    .text(draft.id), .text(account.endpoint), .text(account.id),
                    .text(StoredJSON.text(draft.authorizations.map(\.identifier.body))),
                    .date(draft.created), .date(draft.expires),
                ]),
        ]
        for (position, authorization) in draft.authorizations.enumerated() {
            statements += [
                Statement(
                    """
                    INSERT INTO acme_authorizations (id, account_id, identifier_type, identifier_value, status, expires_at)
                    VALUES (?, ?, ?, ?, 'pending', ?)
                    """,
                    [
                        .text(authorization.id), .text(account.id), .text(authorization.identifier.body.type),
                        .text(authorization.identifier.body.value), .date(draft.expires),
                    ]),
                Statement(
                    "INSERT INTO acme_order_authorizations (order_id, position, authorization_id) VALUES (?, ?, ?)",
                    [.text(draft.id), .integer(Int64(position)), .text(authorization.id)]),
                Statement(
                    "INSERT INTO acme_challenges (id, authorization_id, type, token, status) VALUES (?, ?, ?, ?, 'pending')",
                    [.text(authorization.challengeID), .text(authorization.id), .text(Challenge.http01), .text(authorization.token)]),
            ]
        }
        return try await database.write(statements)
    }

    /// ready → processing, as the claim that the core redeems when it records (or holds) the request: only while the account and every
    /// authorization are valid at that moment.
    static func claim(_ order: Order, digest: [UInt8], at instant: Date) -> WriteUnit {
        WriteUnit([
            Statement(
                """
                UPDATE acme_orders SET status = 'processing', request_digest = ?
                WHERE id = ? AND status = 'ready' AND expires_at > ?
                    AND EXISTS (SELECT 1 FROM acme_accounts WHERE id = acme_orders.account_id AND status = 'valid')
                    AND NOT EXISTS (
                        SELECT 1 FROM acme_order_authorizations o JOIN acme_authorizations a ON a.id = o.authorization_id
                        WHERE o.order_id = acme_orders.id AND (a.status <> 'valid' OR a.expires_at <= ?))
                """, [.text(digest.hex), .text(order.id), .date(instant), .date(instant)], expectedRows: 1,
                label: "ACME order ready")
        ])
    }

    /// processing → valid. Repeating it changes nothing.
    func complete(_ order: Order, certificates: [Certificate]) async throws(ACMEProblem) {
        _ = try await database.write(Self.completion(of: order.id, certificates: certificates).statements)
    }

    /// The same as a part of the transaction that releases the certificate.
    static func completion(of order: String, certificates: [Certificate]) -> WriteUnit {
        WriteUnit([
            Statement(
                """
                UPDATE acme_orders SET status = 'valid', certificate = ? WHERE id = ? AND status = 'processing'
                """,
                [.text(certificates.map(\.pem).joined()), .text(order)])
        ])
    }

    /// processing → invalid, when the issuance that claimed it can never finish.
    func abandon(_ order: Order, error: Problem) async throws(ACMEProblem) {
        _ = try await database.write([
            Statement(
                "UPDATE acme_orders SET status = 'invalid', error = ? WHERE id = ? AND status = 'processing'",
                [.text(StoredJSON.text(error)), .text(order.id)])
        ])
    }
}
