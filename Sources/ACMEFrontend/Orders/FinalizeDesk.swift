import ACMEWire
import EnrollmentCore
import Foundation
import PKIFormats

/// finalize (RFC 8555 §7.4): a ready order and a certification request become one certificate, however often the client asks.
struct FinalizeDesk: Sendable {
    let desk: OrderDesk
    let decoder: ACMERequestDecoder
    let pipeline: IssuancePipeline
    let surroundings: Surroundings

    func finalize(_ id: String, _ request: SignedRequest, _ encoder: ACMEReplyEncoder) async throws(ACMEProblem) -> ACMEReply {
        let account = try request.account()
        let order = try await desk.load(id, account)
        let csr = try certificationRequest(request)
        switch order.status(at: surroundings.now) {
        case .processing, .valid:
            // Some clients repeat finalize instead of polling.
            return try await encoder.order(desk.settler.settled(order))
        case .ready:
            try check(csr, order, account)
            return try await encoder.order(issue(order, csr, request))
        case .pending, .invalid:
            throw notReady(order)
        }
    }

    private func certificationRequest(_ request: SignedRequest) throws(ACMEProblem) -> CertificationRequest {
        guard let der = Base64URL.decode(try request.payload(as: FinalizePayload.self).csr.bytes, toleratesPadding: true) else {
            throw ACMEProblem(.badCSR, "csr is not base64url of a DER certification request")
        }
        do { return try CertificationRequest(der: der) } catch { throw ACMEProblem(.badCSR, error.description) }
    }

    private func check(_ csr: CertificationRequest, _ order: Order, _ account: Account) throws(ACMEProblem) {
        guard csr.publicKey.keyBytes != account.key.publicKey.keyBytes else {
            throw ACMEProblem(.badCSR, "the certificate's key must not be the account's key", at: .check)
        }
        try CSRNames.check(csr, against: order.identifiers)
    }

    private func issue(
        _ order: Order, _ csr: CertificationRequest, _ request: SignedRequest
    ) async throws(ACMEProblem) -> Order {
        // Whoever asks meanwhile sees it claimed.
        desk.orders.recent.forget(order.id)
        let outcome: Outcome
        do {
            outcome = try await pipeline.process(decoder.issuanceRequest(request, order: order, csr: csr))
        } catch {
            // Refused after the claim was redeemed, or lost to another finalize: the order tells.
            let now = try await desk.settler.reloaded(order)
            if now.status(at: surroundings.now) == .processing || now.status(at: surroundings.now) == .valid {
                return try await desk.settler.settled(now)
            }
            throw ACMEProblem(error, isRecorded: true)
        }
        guard case .released(let issuance) = outcome else { return try await desk.settler.settle(order, as: outcome) }
        // The transaction that released the certificate has completed the order.
        let completed = order.completed(with: [issuance.certificate] + issuance.chain)
        desk.orders.recent.keep(completed)
        return completed
    }

    private func notReady(_ order: Order) -> ACMEProblem {
        let now = surroundings.now
        let status = order.status(at: now)
        var detail = "the order is \(status.rawValue)"
        if status == .pending {
            let waiting = order.authorizations.filter { $0.status(at: now) != .valid }
            detail += "; authorizations are missing for \(waiting.prefix(5).map(\.identifier.description).joined(separator: ", "))"
        } else if let error = order.error {
            detail += ": \(error.detail)"
        }
        return ACMEProblem(.orderNotReady, detail, at: .authenticate)
    }
}
