import ACMEWire
import Foundation
import Persistence

/// Accounts in the database, always within one endpoint.
struct AccountStore: Sendable {
    let database: ACMEDatabase
    /// Nil where the database itself is to be asked.
    var cache: AccountCache?

    func account(id: String, endpoint: String) async throws(ACMEProblem) -> Account? {
        let known = cache?.find(id)
        if let account = known?.account { return account.endpoint == endpoint ? account : nil }
        let account = try await database.rows(
            "SELECT \(Account.columns) FROM acme_accounts WHERE id = ? AND endpoint = ?", [.text(id), .text(endpoint)],
            as: Account.init(row:)
        ).first
        if let known, let account { cache?.keep(account, readAt: known.changes) }
        return account
    }

    func account(thumbprint: String, endpoint: String) async throws(ACMEProblem) -> Account? {
        try await database.rows(
            "SELECT \(Account.columns) FROM acme_accounts WHERE endpoint = ? AND thumbprint = ?", [.text(endpoint), .text(thumbprint)],
            as: Account.init(row:)
        ).first
    }

    /// Of two registrations of one key at a time, the unique index lets one in; the other gets `.conflict`.
    func insert(_ account: Account, at instant: Date) async throws(ACMEProblem) -> WriteResult {
        try await database.write([
            Statement(
                """
                INSERT INTO acme_accounts (id, endpoint, thumbprint, jwk, status, contact, terms_agreed, created_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .text(account.id), .text(account.endpoint), .text(account.key.thumbprint), .text(account.key.canonical),
                    .text(account.status.rawValue), .text(StoredJSON.text(account.contact)), .flag(account.termsAgreed), .date(instant),
                ])
        ])
    }

    func setContact(_ contact: [String], of account: Account) async throws(ACMEProblem) -> WriteResult {
        defer { cache?.forget(account.id) }
        return try await database.write([
            Statement(
                "UPDATE acme_accounts SET contact = ? WHERE id = ? AND status = 'valid'",
                [.text(StoredJSON.text(contact)), .text(account.id)],
                expectedRows: 1, label: "account valid")
        ])
    }

    /// For good: the account and its unfinished orders go together. Its authorizations count no more than it does.
    func deactivate(_ account: Account) async throws(ACMEProblem) -> WriteResult {
        defer { cache?.forget(account.id) }
        return try await database.write([
            Statement(
                "UPDATE acme_accounts SET status = 'deactivated' WHERE id = ? AND status = 'valid'", [.text(account.id)], expectedRows: 1,
                label: "account valid"),
            Statement(
                "UPDATE acme_orders SET status = 'invalid', revision = revision + 1 WHERE account_id = ? AND status IN ('pending', 'ready')",
                [.text(account.id)]),
            Statement("DELETE FROM acme_authorized_names WHERE account_id = ?", [.text(account.id)]),
        ])
    }

    /// Swaps the key (RFC 8555 §7.3.5); `.conflict` when another account has the new one, `.unmet` when the old one is gone already.
    func replaceKey(of account: Account, by key: JWK) async throws(ACMEProblem) -> WriteResult {
        defer { cache?.forget(account.id) }
        return try await database.write([
            Statement(
                "UPDATE acme_accounts SET thumbprint = ?, jwk = ? WHERE id = ? AND thumbprint = ? AND status = 'valid'",
                [.text(key.thumbprint), .text(key.canonical), .text(account.id), .text(account.key.thumbprint)], expectedRows: 1,
                label: "old key in use")
        ])
    }
}
