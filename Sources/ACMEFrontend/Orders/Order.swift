import ACMEWire
import EnrollmentCore
import Foundation
import PKIFormats
import Persistence

/// What an account asked for, how far it has come, and what it must prove on the way: one row of `acme_orders`.
struct Order: Sendable {
    enum Status: String, Sendable {
        case pending, ready, processing, valid, invalid
    }

    let id: String
    let endpoint: String
    let accountID: String
    let expires: Date
    /// Counts the changes of the row; every change names the one it saw.
    private(set) var revision: Int64
    /// In the order in which the client named the identifiers.
    private(set) var authorizations: [Authorization]
    private(set) var certificate: OrderCertificate?
    private(set) var error: Problem?
    private var stored: Status

    /// A new one, not yet written.
    init(of identifiers: [Identifier], account: Account, lifetime: TimeInterval, surroundings: Surroundings) {
        id = RequestID(in: surroundings).description
        endpoint = account.endpoint
        accountID = account.id
        // As it will be read back.
        let expires = Date(timeIntervalSince1970: surroundings.now.addingTimeInterval(lifetime).timeIntervalSince1970.rounded(.down))
        self.expires = expires
        revision = 0
        authorizations = identifiers.map { Authorization(of: $0, expires: expires, surroundings: surroundings) }
        stored = .pending
    }

    static let columns = "id, endpoint, account_id, status, revision, authorizations, expires_at, issuance, certificate, error"

    init(row: Row) throws(PersistenceError) {
        id = try row.text("id")
        endpoint = try row.text("endpoint")
        accountID = try row.text("account_id")
        guard let status = Status(rawValue: try row.text("status")) else { throw .unavailable("column status holds no order status") }
        stored = status
        revision = try row.integer("revision")
        authorizations = try StoredJSON.authorizations(row.text("authorizations"), column: "authorizations")
        expires = try row.date("expires_at")
        certificate = try OrderCertificate(row)
        if let text = try row.optionalText("error") {
            error = try StoredJSON.problem(text, column: "error")
        } else {
            error = nil
        }
    }

    var identifiers: [Identifier] { authorizations.map(\.identifier) }

    /// Expiry is a matter of the reader's clock; no row is written for it.
    func status(at instant: Date) -> Status {
        switch stored {
        case .pending, .ready: expires > instant ? stored : .invalid
        case .processing, .valid, .invalid: stored
        }
    }

    /// What stands in the row.
    var storedStatus: Status { stored }

    var isProcessing: Bool { stored == .processing }

    /// What the core knows the order's issuance by.
    var exchangeID: [UInt8] { Array(id.utf8) }

    func authorization(_ position: Int) -> Authorization? {
        authorizations.indices.contains(position) ? authorizations[position] : nil
    }
}

/// The steps of an order before the core has it. Each says whether it applies; what does not apply changes nothing.
extension Order {
    /// The challenge: pending → processing.
    mutating func begin(_ position: Int) -> Bool {
        change(position) { $0.begin() }
    }

    /// Challenge and authorization become valid, and the order ready unless it waits for others.
    mutating func succeed(_ position: Int, at instant: Date, until expires: Date) -> Bool {
        guard change(position, { $0.succeed(at: instant, until: expires) }) else { return false }
        if stored == .pending, authorizations.allSatisfy({ $0.isProved }) { stored = .ready }
        return true
    }

    /// A failed challenge takes its authorization and the order that needs it along.
    mutating func fail(_ position: Int, with problem: Problem, order error: Problem) -> Bool {
        guard change(position, { $0.fail(with: problem) }) else { return false }
        invalidate(error)
        return true
    }

    /// An authorization given up by its owner, for good.
    mutating func deactivate(_ position: Int, order error: Problem) -> Bool {
        guard change(position, { $0.deactivate() }) else { return false }
        invalidate(error)
        return true
    }

    /// As the core's transactions left it: claimed by the one that recorded the issuance, completed by the one that released it.
    func completed(with chain: [Certificate]) -> Order {
        var order = self
        order.stored = .valid
        order.certificate = .chain(chain)
        order.revision += 2
        return order
    }

    private mutating func change(_ position: Int, _ step: (inout Authorization) -> Bool) -> Bool {
        guard authorizations.indices.contains(position), step(&authorizations[position]) else { return false }
        revision += 1
        return true
    }

    private mutating func invalidate(_ problem: Problem) {
        guard stored == .pending || stored == .ready else { return }
        stored = .invalid
        error = problem
    }
}
