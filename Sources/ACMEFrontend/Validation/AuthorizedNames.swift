import ACMEWire
import Foundation
import Persistence

/// What each account has valid authorizations for, found by name: orders are not.
struct AuthorizedNames: Sendable {
    let database: ACMEDatabase

    /// Whether the account holds a valid authorization for this identifier.
    func contain(_ identifier: Identifier, account id: String, at instant: Date) async throws(ACMEProblem) -> Bool {
        try await !database.rows(
            "SELECT order_id FROM acme_authorized_names WHERE account_id = ? AND value = ? AND type = ? AND expires_at > ? LIMIT 1",
            [.text(id), .text(identifier.body.value), .text(identifier.body.type), .date(instant)],
            as: { row throws(PersistenceError) in try row.text("order_id") }
        ).isEmpty
    }

    /// To be written with the change that makes the authorization valid.
    static func adding(_ identifier: Identifier, of order: Order, until expires: Date) -> Statement {
        Statement(
            "INSERT INTO acme_authorized_names (account_id, type, value, order_id, expires_at) VALUES (?, ?, ?, ?, ?)",
            [
                .text(order.accountID), .text(identifier.body.type), .text(identifier.body.value), .text(order.id), .date(expires),
            ])
    }

    /// To be written with the change that ends it.
    static func removing(_ identifier: Identifier, of order: Order) -> Statement {
        Statement(
            "DELETE FROM acme_authorized_names WHERE account_id = ? AND value = ? AND type = ? AND order_id = ?",
            [.text(order.accountID), .text(identifier.body.value), .text(identifier.body.type), .text(order.id)])
    }
}
