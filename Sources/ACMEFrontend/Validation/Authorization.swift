import ACMEWire
import Foundation
import Persistence

/// The leave of one account to use one identifier, earned by a challenge.
struct Authorization: Sendable {
    enum Status: String, Sendable {
        case pending, valid, invalid, deactivated, expired, revoked
    }

    let id: String
    let accountID: String
    let identifier: Identifier
    let expires: Date
    private let stored: Status

    /// Of `acme_authorizations a`.
    static let columns = """
        a.id AS id, a.account_id AS account_id, a.identifier_type AS identifier_type, a.identifier_value AS identifier_value,
        a.status AS status, a.expires_at AS expires_at
        """

    init(row: Row) throws(PersistenceError) {
        id = try row.text("id")
        accountID = try row.text("account_id")
        let body = IdentifierBody(type: try row.text("identifier_type"), value: try row.text("identifier_value"))
        do { identifier = try Identifier(body, allowsSingleLabel: true) } catch { throw .unavailable("identifier of authorization \(id)") }
        guard let status = Status(rawValue: try row.text("status")) else { throw .unavailable("status of authorization \(id)") }
        stored = status
        expires = try row.date("expires_at")
    }

    /// Expiry is a matter of the reader's clock; no row is written for it.
    func status(at instant: Date) -> Status {
        switch stored {
        case .pending: expires > instant ? .pending : .invalid
        case .valid: expires > instant ? .valid : .expired
        case .invalid, .deactivated, .expired, .revoked: stored
        }
    }
}
