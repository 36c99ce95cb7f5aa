import ACMEWire
import EnrollmentCore
import Foundation
import Persistence

/// A registered account: one key at one endpoint.
struct Account: Sendable {
    enum Status: String, Sendable {
        case valid, deactivated, revoked
    }

    let id: String
    let endpoint: String
    let key: JWK
    let status: Status
    let contact: [String]
    let termsAgreed: Bool
    /// Whether it ever made an order; one that never did is swept in the end.
    let hasOrdered: Bool

    /// What the core knows the account as.
    var principal: String { Self.principalPrefix + id }
    static let principalPrefix = "acme-account:"

    static let columns = "id, endpoint, jwk, status, contact, terms_agreed, last_order_at"

    init(id: String, endpoint: String, key: JWK, status: Status = .valid, contact: [String], termsAgreed: Bool) {
        self.id = id
        self.endpoint = endpoint
        self.key = key
        self.status = status
        self.contact = contact
        self.termsAgreed = termsAgreed
        hasOrdered = false
    }

    init(row: Row) throws(PersistenceError) {
        id = try row.text("id")
        endpoint = try row.text("endpoint")
        do { key = try JWK(canonical: row.text("jwk")) } catch { throw .unavailable("column jwk holds no key") }
        guard let status = Status(rawValue: try row.text("status")) else { throw .unavailable("column status holds no account status") }
        self.status = status
        contact = try StoredJSON.texts(row.text("contact"), column: "contact")
        termsAgreed = try row.flag("terms_agreed")
        hasOrdered = try row.optionalInteger("last_order_at") != nil
    }
}
