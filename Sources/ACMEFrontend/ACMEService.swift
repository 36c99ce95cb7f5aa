import ACMEWire
import EnrollmentCore
import Foundation
import Logging
import Synchronization

/// The ACME server behind the routes: one exchange in, one reply out, whatever carries them.
package final class ACMEService: Sendable {
    private let catalog: Catalog
    private let pipeline: IssuancePipeline
    private let options: ACMEOptions
    private let surroundings: Surroundings
    private let nonces: NonceSource
    private let decoder: ACMERequestDecoder
    private let accountDesk: AccountDesk
    private let keyChangeDesk: KeyChangeDesk
    private let orderDesk: OrderDesk
    private let finalizeDesk: FinalizeDesk
    private let validationDesk: ValidationDesk
    private let revokeCertDesk: RevokeCertDesk
    private let sweeper: ACMESweeper
    /// Those of the last request: nearly every server has one directory.
    private let lastLinks = Mutex<(label: String, links: ACMELinks)?>(nil)

    package init(services: EnrollmentServices, options: ACMEOptions, validator: HTTP01Validator, logger: Logger) {
        let database = services.database
        catalog = services.catalog
        pipeline = services.pipeline
        surroundings = services.surroundings
        self.options = options
        nonces = NonceSource(surroundings: surroundings)
        let store = ACMEDatabase(database: database)
        let cache = AccountCache()
        let accounts = AccountStore(database: store, cache: cache)
        let orders = OrderStore(database: store, recent: RecentOrders(clock: surroundings.clock), accounts: cache)
        decoder = ACMERequestDecoder(accounts: accounts, nonces: nonces, options: options, surroundings: surroundings)
        accountDesk = AccountDesk(
            accounts: accounts, orders: orders,
            allowance: RegistrationAllowance(
                clock: surroundings.clock, burst: options.registrationBurst, perSecond: options.registrationsPerSecond),
            surroundings: surroundings)
        keyChangeDesk = KeyChangeDesk(accounts: accounts)
        orderDesk = OrderDesk(
            orders: orders, open: OpenOrders(clock: surroundings.clock, limit: options.maxOpenOrders),
            settler: OrderSettler(orders: orders, pipeline: pipeline), options: options, surroundings: surroundings)
        finalizeDesk = FinalizeDesk(
            desk: orderDesk, decoder: decoder, pipeline: pipeline, surroundings: surroundings)
        let runner = ValidationRunner(
            orders: orders, accounts: accounts, validator: validator, options: options, surroundings: surroundings,
            logger: logger)
        validationDesk = ValidationDesk(orders: orders, runner: runner, surroundings: surroundings)
        revokeCertDesk = RevokeCertDesk(revocations: services.revocation, surroundings: surroundings)
        sweeper = ACMESweeper(
            database: database, surroundings: surroundings, orderRetention: options.orderRetention, accounts: cache, logger: logger)
    }

    /// Never throws: what goes wrong is a problem document, with a fresh nonce like every other answer.
    package func answer(_ exchange: ACMEExchange) async -> ACMEReply {
        let links = links(of: exchange.label)
        let encoder = ACMEReplyEncoder(links: links, options: options, now: surroundings.now)
        let resource = ACMEResource(path: exchange.path)
        var reply: ACMEReply
        do {
            reply = try await serve(exchange, resource, encoder)
        } catch {
            if let reason = trailReason(error) {
                await pipeline.refuse(reason, arrival: arrival(exchange, resource))
            }
            reply = encoder.problem(error)
        }
        if resource != .directory { reply.headers.append((.link, links.index)) }
        reply.headers.append((.replayNonce, nonces.issue()))
        return reply
    }

    private func links(of label: String) -> ACMELinks {
        lastLinks.withLock { last in
            if let last, last.label == label { return last.links }
            let links = ACMELinks(baseURL: options.baseURL, label: label)
            last = (label, links)
            return links
        }
    }

    private func serve(_ exchange: ACMEExchange, _ resource: ACMEResource?, _ encoder: ACMEReplyEncoder) async throws(ACMEProblem)
        -> ACMEReply
    {
        let endpoint: Endpoint
        do { endpoint = try catalog.openEndpoint(.acme, label: exchange.label) } catch { throw ACMEProblem(error) }
        guard let resource else { throw ACMEProblem(.malformed, "there is no such resource", status: 404) }
        if exchange.method == "OPTIONS" { return preflight(resource) }
        guard resource.methods.contains(exchange.method) else {
            throw ACMEProblem(
                .malformed, "\(exchange.method.prefix(20)) is not a method of this resource", status: 405,
                headers: [(.allow, resource.methods.joined(separator: ", "))])
        }
        guard exchange.method == "POST" else { return open(resource, encoder, status: exchange.method == "HEAD" ? 200 : 204) }
        return try await serve(decoder.decode(exchange, resource, links: encoder.links, endpoint: endpoint), encoder)
    }

    private func serve(_ request: SignedRequest, _ encoder: ACMEReplyEncoder) async throws(ACMEProblem) -> ACMEReply {
        switch request.resource {
        case .directory, .terms, .newNonce:
            try request.requirePostAsGet()
            return open(request.resource, encoder, status: 204)
        case .newAccount:
            sweeper.sweepIfDue()
            return try await accountDesk.register(request, encoder)
        case .account(let id): return try await accountDesk.update(id, request, encoder)
        case .orders(let account, let cursor): return try await accountDesk.orders(account, after: cursor, request, encoder)
        case .keyChange: return try await keyChangeDesk.change(request, encoder)
        case .newOrder:
            sweeper.sweepIfDue()
            return try await orderDesk.create(request, encoder)
        case .order(let id): return try await orderDesk.order(id, request, encoder)
        case .finalize(let id): return try await finalizeDesk.finalize(id, request, encoder)
        case .certificate(let id): return try await orderDesk.certificate(id, request, encoder)
        case .authorization(let order, let position):
            return try await validationDesk.authorization(position, of: order, request, encoder)
        case .challenge(let order, let position): return try await validationDesk.challenge(position, of: order, request, encoder)
        case .revokeCert: return try await revokeCertDesk.revoke(request)
        }
    }

    /// The resources that need no signature. `status` is newNonce's, which has no body (RFC 8555 §7.2).
    private func open(_ resource: ACMEResource, _ encoder: ACMEReplyEncoder, status: Int) -> ACMEReply {
        switch resource {
        case .directory: encoder.directory()
        case .terms: ACMEReply(status: 200, contentType: "text/plain; charset=utf-8", body: Array(Self.terms.utf8))
        default: ACMEReply(status: status)
        }
    }

    /// Browser clients ask first (CORS).
    private func preflight(_ resource: ACMEResource) -> ACMEReply {
        ACMEReply(
            status: 204,
            headers: [
                (.allow, resource.methods.joined(separator: ", ")), (.allowedMethods, resource.methods.joined(separator: ", ")),
                (.allowedHeaders, "Content-Type"), (.maximumAge, "86400"),
            ])
    }

    /// What goes into the trail: not what the core has written already, and not a stale nonce, which is daily business.
    private func trailReason(_ problem: ACMEProblem) -> Refusal? {
        problem.isRecorded || problem.problem.type == .badNonce ? nil : problem.refusal
    }

    private func arrival(_ exchange: ACMEExchange, _ resource: ACMEResource?) -> Arrival {
        decoder.arrival(
            exchange, resource?.operation ?? "unknown", endpoint: catalog.endpoint(.acme, label: exchange.label))
    }

    private static let terms = """
        This certificate authority serves the organisation that runs it.
        Ask only for names of machines that you are responsible for, keep your private keys to yourself,
        and revoke a certificate whose key somebody else may know.

        """
}
