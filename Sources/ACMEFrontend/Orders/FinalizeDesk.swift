import ACMEWire
import EnrollmentCore
import Foundation
import PKIFormats

/// finalize (RFC 8555 §7.4): a ready order and a certification request become one certificate, however often the client asks.
struct FinalizeDesk: Sendable {
    let desk: OrderDesk
    let authorizations: AuthorizationStore
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
            return try await desk.reply(to: desk.settler.settled(order), encoder)
        case .ready:
            try await check(csr, order, account)
            return try await desk.reply(to: issue(order, csr, account, request), encoder)
        case .pending, .invalid:
            throw try await notReady(order)
        }
    }

    private func certificationRequest(_ request: SignedRequest) throws(ACMEProblem) -> CertificationRequest {
        guard let der = Base64URL.decode(try request.payload(as: FinalizePayload.self).csr.bytes, toleratesPadding: true) else {
            throw ACMEProblem(.badCSR, "csr is not base64url of a DER certification request")
        }
        do { return try CertificationRequest(der: der) } catch { throw ACMEProblem(.badCSR, error.description) }
    }

    private func check(_ csr: CertificationRequest, _ order: Order, _ account: Account) async throws(ACMEProblem) {
        guard csr.publicKey.keyBytes != account.key.publicKey.keyBytes else {
            throw ACMEProblem(.badCSR, "the certificate's key must not be the account's key", at: .check)
        }
        try CSRNames.check(csr, against: order.identifiers)
    }

    private func issue(
        _ order: Order, _ csr: CertificationRequest, _ account: Account, _ request: SignedRequest
    ) async throws(ACMEProblem) -> Order {
        let outcome: Outcome
        do {
            outcome = try await pipeline.process(decoder.issuanceRequest(request, order: order, csr: csr, account: account))
        } catch {
            // Refused after the claim was redeemed, or lost to another finalize: the order tells.
            let now = try await desk.settler.reloaded(order)
            if now.status(at: surroundings.now) == .processing || now.status(at: surroundings.now) == .valid {
                return try await desk.settler.settled(now)
            }
            throw ACMEProblem(error, isRecorded: true)
        }
        return try await desk.settler.settle(order, as: outcome)
    }

    private func notReady(_ order: Order) async throws(ACMEProblem) -> ACMEProblem {
        let now = surroundings.now
        let status = order.status(at: now)
        var detail = "the order is \(status.rawValue)"
        if status == .pending {
            let waiting = try await authorizations.authorizations(ofOrder: order.id).filter { $0.status(at: now) != .valid }
            detail += "; authorizations are missing for \(waiting.prefix(5).map(\.identifier.description).joined(separator: ", "))"
        } else if let error = order.error {
            detail += ": \(error.detail)"
        }
        return ACMEProblem(.orderNotReady, detail, at: .authenticate)
    }
}
