import ACMEWire
import Foundation
import Persistence

/// Authorizations and their challenges in the database.
struct AuthorizationStore: Sendable {
    let database: ACMEDatabase
    /// Nil where the database itself is to be asked.
    var ids: AuthorizationIDCache?

    /// With its challenges; nil unless it is this account's.
    func authorization(id: String, account: Account) async throws(ACMEProblem) -> (authorization: Authorization, challenges: [Challenge])? {
        let rows = try await joined("a.id = ? AND a.account_id = ? ORDER BY c.id", id, account)
        guard let first = rows.first else { return nil }
        return (first.authorization, rows.map(\.challenge))
    }

    /// With its authorization; nil unless it is this account's.
    func challenge(id: String, account: Account) async throws(ACMEProblem) -> (authorization: Authorization, challenge: Challenge)? {
        try await joined("c.id = ? AND a.account_id = ?", id, account).first
    }

    private func joined(
        _ condition: String, _ id: String, _ account: Account
    ) async throws(ACMEProblem) -> [(authorization: Authorization, challenge: Challenge)] {
        try await database.rows(
            """
            SELECT \(Authorization.columns), \(Challenge.columns)
            FROM acme_authorizations a JOIN acme_challenges c ON c.authorization_id = a.id WHERE \(condition)
            """, [.text(id), .text(account.id)],
            as: { row throws(PersistenceError) in (try Authorization(row: row), try Challenge(row: row)) })
    }

    /// In the order in which the client named the identifiers.
    func authorizations(ofOrder id: String) async throws(ACMEProblem) -> [Authorization] {
        try await database.rows(
            """
            SELECT \(Authorization.columns) FROM acme_order_authorizations o JOIN acme_authorizations a ON a.id = o.authorization_id
            WHERE o.order_id = ? ORDER BY o.position
            """, [.text(id)], as: Authorization.init(row:))
    }

    /// The ids alone, which an order keeps as long as it lives.
    func authorizationIDs(ofOrder id: String) async throws(ACMEProblem) -> [String] {
        if let known = ids?.find(id) { return known }
        let found = try await database.rows(
            "SELECT authorization_id FROM acme_order_authorizations WHERE order_id = ? ORDER BY position", [.text(id)],
            as: { row throws(PersistenceError) in try row.text("authorization_id") })
        ids?.keep(found, ofOrder: id)
        return found
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

    /// pending → processing, before a client is told so: a restart in between is noticed at the next poll. `.unmet`: it has ended meanwhile.
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
                "UPDATE acme_challenges SET status = 'valid', validated_at = ?, error = NULL WHERE id = ? AND status IN ('pending', 'processing')",
                [.date(instant), .text(challenge.id)], expectedRows: 1, label: "challenge open"),
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
                "UPDATE acme_challenges SET status = 'invalid', error = ? WHERE id = ? AND status IN ('pending', 'processing')",
                [.text(StoredJSON.text(problem)), .text(challenge.id)], expectedRows: 1, label: "challenge open"),
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
