import ACMEWire
import Foundation
import Persistence

/// Authorizations and their challenges in the database.
struct AuthorizationStore: Sendable {
    let database: ACMEDatabase

    /// Null unless it is this account's.
    func authorization(id: String, account: Account) async throws(ACMEProblem) -> Authorization? {
        try await database.rows(
            "SELECT \(Authorization.columns) FROM acme_authorizations WHERE id = ? AND account_id = ?", [.text(id), .text(account.id)],
            as: Authorization.init(row:)
        ).first
    }

    /// In the order in which the client named the identifiers.
    func authorizations(ofOrder id: String) async throws(ACMEProblem) -> [Authorization] {
        try await database.rows(
            """
            SELECT a.id AS id, a.account_id AS account_id, a.identifier_type AS identifier_type, a.identifier_value AS identifier_value,
                a.status AS status, a.expires_at AS expires_at
            FROM acme_order_authorizations o JOIN acme_authorizations a ON a.id = o.authorization_id
            WHERE o.order_id = ? ORDER BY o.position
            """, [.text(id)], as: Authorization.init(row:))
    }

    /// The ids alone, which an order keeps as long as it lives.
    func authorizationIDs(ofOrder id: String) async throws(ACMEProblem) -> [String] {
        try await database.rows(
            "SELECT authorization_id FROM acme_order_authorizations WHERE order_id = ? ORDER BY position", [.text(id)],
            as: { row throws(PersistenceError) in try row.text("authorization_id") })
    }

    /// Whether the account holds a valid authorization for this identifier.
    func holdsValid(_ identifier: Identifier, account id: String, at instant: Date) async throws(ACMEProblem) -> Bool {
        try await !database.rows(
            """
            SELECT id FROM acme_authorizations
            WHERE account_id = ? AND identifier_value = ? AND identifier_type = ? AND status = 'valid' AND expires_at > ? LIMIT 1
            """, [.text(id), .text(identifier.body.value), .text(identifier.body.type), .date(instant)],
            as: { row throws(PersistenceError) in try row.text("id") }
        ).isEmpty
    }

    func challenges(of authorization: String) async throws(ACMEProblem) -> [Challenge] {
        try await database.rows(
            "SELECT \(Challenge.columns) FROM acme_challenges WHERE authorization_id = ? ORDER BY id", [.text(authorization)],
            as: Challenge.init(row:))
    }

    func challenge(id: String) async throws(ACMEProblem) -> Challenge? {
        try await database.rows("SELECT \(Challenge.columns) FROM acme_challenges WHERE id = ?", [.text(id)], as: Challenge.init(row:))
            .first
    }

    /// pending → processing; durable, so that a restart in between is noticed at the next poll.
    func begin(_ challenge: Challenge) async throws(ACMEProblem) -> WriteResult {
        try await database.write([
            Statement(
                "UPDATE acme_challenges SET status = 'processing' WHERE id = ? AND status = 'pending'", [.text(challenge.id)],
                expectedRows: 1,
                label: "challenge pending")
        ])
    }

    /// Challenge, authorization and every order that waited for nothing else: visible together.
    func succeed(_ challenge: Challenge, at instant: Date, until expires: Date) async throws(ACMEProblem) -> WriteResult {
        try await database.write([
            Statement(
                "UPDATE acme_challenges SET status = 'valid', validated_at = ?, error = NULL WHERE id = ? AND status = 'processing'",
                [.date(instant), .text(challenge.id)], expectedRows: 1, label: "challenge processing"),
            Statement(
                "UPDATE acme_authorizations SET status = 'valid', expires_at = ? WHERE id = ? AND status = 'pending'",
                [.date(expires), .text(challenge.authorizationID)], expectedRows: 1, label: "authorization pending"),
            Statement(
                """
                UPDATE acme_orders SET status = 'ready' WHERE status = 'pending'
                    AND id IN (SELECT order_id FROM acme_order_authorizations WHERE authorization_id = ?)
                    AND NOT EXISTS (
                        SELECT 1 FROM acme_order_authorizations o JOIN acme_authorizations a ON a.id = o.authorization_id
                        WHERE o.order_id = acme_orders.id AND a.status <> 'valid')
                """, [.text(challenge.authorizationID)]),
        ])
    }

    /// A failed challenge takes its authorization and the orders that need it along.
    func fail(_ challenge: Challenge, with problem: Problem, order error: Problem) async throws(ACMEProblem) -> WriteResult {
        try await database.write([
            Statement(
                "UPDATE acme_challenges SET status = 'invalid', error = ? WHERE id = ? AND status = 'processing'",
                [.text(StoredJSON.text(problem)), .text(challenge.id)], expectedRows: 1, label: "challenge processing"),
            Statement(
                "UPDATE acme_authorizations SET status = 'invalid' WHERE id = ? AND status = 'pending'",
                [.text(challenge.authorizationID)]),
            invalidateOrders(needing: challenge.authorizationID, error: error),
        ])
    }

    /// By its owner, for good.
    func deactivate(_ authorization: Authorization, order error: Problem) async throws(ACMEProblem) -> WriteResult {
        try await database.write([
            Statement(
                "UPDATE acme_authorizations SET status = 'deactivated' WHERE id = ? AND status IN ('pending', 'valid')",
                [.text(authorization.id)], expectedRows: 1, label: "authorization alive"),
            invalidateOrders(needing: authorization.id, error: error),
        ])
    }

    private func invalidateOrders(needing authorization: String, error: Problem) -> Statement {
        Statement(
            """
            UPDATE acme_orders SET status = 'invalid', error = ? WHERE status IN ('pending', 'ready')
                AND id IN (SELECT order_id FROM acme_order_authorizations WHERE authorization_id = ?)
            """, [.text(StoredJSON.text(error)), .text(authorization)])
    }
}
