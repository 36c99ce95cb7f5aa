import ACMEWire
import Foundation
import Persistence

/// What an account asked for, and how far it has come.
struct Order: Sendable {
    enum Status: String, Sendable {
        case pending, ready, processing, valid, invalid
    }

    let id: String
    let endpoint: String
    let accountID: String
    let identifiers: [Identifier]
    let expires: Date
    /// SHA-256, hex, of the request that claimed it.
    let requestDigest: String?
    /// PEM, leaf first, without the root.
    let certificate: String?
    let error: Problem?
    private let stored: Status

    /// A new one.
    init(_ draft: OrderDraft, account: Account) {
        id = draft.id
        endpoint = account.endpoint
        accountID = account.id
        identifiers = draft.authorizations.map(\.identifier)
        expires = Date(timeIntervalSince1970: draft.expires.timeIntervalSince1970.rounded(.down))
        requestDigest = nil
        certificate = nil
        error = nil
        stored = .pending
    }

    static let columns = "id, endpoint, account_id, status, identifiers, expires_at, request_digest, certificate, error"

    init(row: Row) throws(PersistenceError) {
        id = try row.text("id")
        endpoint = try row.text("endpoint")
        accountID = try row.text("account_id")
        guard let status = Status(rawValue: try row.text("status")) else { throw .unavailable("column status holds no order status") }
        stored = status
        var identifiers: [Identifier] = []
        for body in try StoredJSON.identifiers(row.text("identifiers"), column: "identifiers") {
            do { identifiers.append(try Identifier(body, allowsSingleLabel: true)) } catch { throw .unavailable("identifiers of an order") }
        }
        self.identifiers = identifiers
        expires = try row.date("expires_at")
        requestDigest = try row.optionalText("request_digest")
        certificate = try row.optionalText("certificate")
        if let text = try row.optionalText("error") {
            error = try StoredJSON.problem(text, column: "error")
        } else {
            error = nil
        }
    }

    /// Expiry is a matter of the reader's clock; no row is written for it.
    func status(at instant: Date) -> Status {
        switch stored {
        case .pending, .ready: expires > instant ? stored : .invalid
        case .processing, .valid, .invalid: stored
        }
    }

    var isProcessing: Bool { stored == .processing }

    /// What the core knows the order's issuance by.
    var exchangeID: [UInt8] { Array(id.utf8) }
}
