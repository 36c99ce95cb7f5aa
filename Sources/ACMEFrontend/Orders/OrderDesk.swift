import ACMEWire
import EnrollmentCore
import Foundation

/// newOrder, orders and certificates (RFC 8555 §7.4).
struct OrderDesk: Sendable {
    let orders: OrderStore
    let open: OpenOrders
    let settler: OrderSettler
    let options: ACMEOptions
    let surroundings: Surroundings

    func create(_ request: SignedRequest, _ encoder: ACMEReplyEncoder) async throws(ACMEProblem) -> ACMEReply {
        let account = try request.account()
        let payload = try request.payload(as: NewOrderPayload.self)
        guard payload.notBefore == nil, payload.notAfter == nil else {
            throw ACMEProblem(.malformed, "notBefore and notAfter are set by the server; leave them out")
        }
        let identifiers = try identifiers(payload.identifiers)
        guard try await mayOrder(account) else {
            throw ACMEProblem(
                .rateLimited, "the account has \(options.maxOpenOrders) unfinished orders; finish some or let them expire",
                at: .authenticate)
        }
        let order = Order(of: identifiers, account: account, lifetime: options.pendingLifetime, surroundings: surroundings)
        guard try await orders.insert(order, account: account, at: surroundings.now) == .written else {
            throw ACMEProblem(.unauthorized, "the account is not valid any more", status: 401, at: .authenticate)
        }
        return encoder.order(order, status: 201)
    }

    private func mayOrder(_ account: Account) async throws(ACMEProblem) -> Bool {
        if open.addsOne(to: account.id) { return true }
        return open.addsOne(to: account.id, counted: try await orders.openOrders(of: account, at: surroundings.now))
    }

    /// Every bad identifier is reported at once, one subproblem each.
    private func identifiers(_ bodies: [IdentifierBody]) throws(ACMEProblem) -> [Identifier] {
        guard !bodies.isEmpty else { throw ACMEProblem(.malformed, "an order names at least one identifier") }
        guard bodies.count <= options.maxIdentifiers else {
            throw ACMEProblem(.malformed, "an order names at most \(options.maxIdentifiers) identifiers")
        }
        var identifiers: [Identifier] = []
        var rejections: [Problem.Subproblem] = []
        for body in bodies {
            do {
                let identifier = try Identifier(body, allowsSingleLabel: options.allowsSingleLabelNames)
                if !identifiers.contains(identifier) { identifiers.append(identifier) }
            } catch {
                let shown = IdentifierBody(type: String(body.type.prefix(32)), value: String(body.value.prefix(253)))
                rejections.append(Problem.Subproblem(error.type, error.detail, identifier: shown))
            }
        }
        if let first = rejections.first {
            let type = rejections.allSatisfy { $0.type == first.type } ? first.type : .compound
            let detail = rejections.count == 1 ? first.detail : "\(rejections.count) identifiers were refused: \(first.detail), …"
            throw ACMEProblem(type, detail, status: 400, subproblems: rejections)
        }
        return identifiers
    }

    /// Reads an order; one that is processing is brought up to what the core knows first.
    func order(_ id: String, _ request: SignedRequest, _ encoder: ACMEReplyEncoder) async throws(ACMEProblem) -> ACMEReply {
        try request.requirePostAsGet()
        let account = try request.account()
        return try await encoder.order(settler.settled(load(id, account)))
    }

    func certificate(_ id: String, _ request: SignedRequest, _ encoder: ACMEReplyEncoder) async throws(ACMEProblem) -> ACMEReply {
        try request.requirePostAsGet()
        guard let order = try await orders.order(id: id, account: request.account()),
            let pem = try await settler.certificate(of: order)
        else { throw .notFound("certificate") }
        return encoder.certificate(pem: pem)
    }

    func load(_ id: String, _ account: Account) async throws(ACMEProblem) -> Order {
        guard let order = try await orders.order(id: id, account: account) else { throw .notFound("order") }
        return order
    }
}
