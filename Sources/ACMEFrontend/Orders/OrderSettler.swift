import ACMEWire
import EnrollmentCore
import Foundation
import PKIFormats

/// Brings an order to what the core knows of its issuance: also after a crash between the two.
struct OrderSettler: Sendable {
    let orders: OrderStore
    let pipeline: IssuancePipeline

    /// The order as it stands; a processing one is asked about first.
    func settled(_ order: Order) async throws(ACMEProblem) -> Order {
        guard order.isProcessing else { return order }
        let outcome: Outcome
        do {
            outcome = try await pipeline.poll(endpoint: order.endpoint, exchangeID: order.exchangeID)
        } catch {
            if error.code == .overloaded { return order }
            guard error.code == .notFound else { throw ACMEProblem(error) }
            // Claim and record are one transaction: a claimed order without an issuance has lost it for good.
            try await orders.abandon(
                order, error: Problem(.serverInternal, "the issuance could not be finished; make a new order", status: 500))
            return try await reloaded(order)
        }
        return try await settle(order, as: outcome)
    }

    /// Writes an outcome into its order, where the transaction that released the certificate has not done so.
    func settle(_ order: Order, as outcome: Outcome) async throws(ACMEProblem) -> Order {
        let now = try await reloaded(order)
        guard now.isProcessing, case .released(let issuance) = outcome else { return now }
        try await orders.complete(order, by: issuance.id)
        return try await reloaded(order)
    }

    /// PEM, leaf first, without the root; nil while there is none, or not any more.
    func certificate(of order: Order) async throws(ACMEProblem) -> String? {
        switch order.certificate {
        case nil: return nil
        case .chain(let chain): return Self.pem(chain)
        case .text(let text): return text
        case .issuance(let id):
            do { return try await pipeline.certificateChain(of: id).map(Self.pem) } catch { throw ACMEProblem(error) }
        }
    }

    private static func pem(_ certificates: [Certificate]) -> String { certificates.map(\.pem).joined() }

    func reloaded(_ order: Order) async throws(ACMEProblem) -> Order {
        guard let fresh = try await orders.reloaded(order.id, endpoint: order.endpoint) else { throw .notFound("order") }
        return fresh
    }
}
