import ACMEWire
import EnrollmentCore
import Foundation

/// newOrder, orders and certificates (RFC 8555 §7.4).
struct OrderDesk: Sendable {
    let orders: OrderStore
    let authorizations: AuthorizationStore
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
        guard try await orders.openOrders(of: account, at: surroundings.now) < options.maxOpenOrders else {
            throw ACMEProblem(
                .rateLimited, "the account has \(options.maxOpenOrders) unfinished orders; finish some or let them expire",
                at: .authenticate)
        }
        let draft = OrderDraft(identifiers: identifiers, lifetime: options.pendingLifetime, surroundings: surroundings)
        guard try await orders.insert(draft, account: account) == .written else {
            throw ACMEProblem(.unauthorized, "the account is not valid any more", status: 401, at: .authenticate)
        }
        let ids = draft.authorizations.map(\.id)
        authorizations.ids?.keep(ids, ofOrder: draft.id)
        return encoder.order(Order(draft, account: account), authorizations: ids, status: 201)
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
        let order = try await settler.settled(load(id, account))
        return try await reply(to: order, encoder)
    }

    func certificate(_ id: String, _ request: SignedRequest, _ encoder: ACMEReplyEncoder) async throws(ACMEProblem) -> ACMEReply {
        try request.requirePostAsGet()
        guard let order = try await orders.order(id: id, account: request.account()), let pem = order.certificate else {
            throw .notFound("certificate")
        }
        return encoder.certificate(pem: pem)
    }

    func load(_ id: String, _ account: Account) async throws(ACMEProblem) -> Order {
        guard let order = try await orders.order(id: id, account: account) else { throw .notFound("order") }
        return order
    }

    func reply(to order: Order, _ encoder: ACMEReplyEncoder, status: Int = 200) async throws(ACMEProblem) -> ACMEReply {
        encoder.order(order, authorizations: try await authorizations.authorizationIDs(ofOrder: order.id), status: status)
    }
}
