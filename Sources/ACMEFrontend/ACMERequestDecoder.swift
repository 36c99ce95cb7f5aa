import ACMEWire
import EnrollmentCore
import Foundation
import PKIFormats

/// Wire to request: signature, URL, nonce and account (RFC 8555 §6), then, for finalize, the core's IssuanceRequest.
struct ACMERequestDecoder: Sendable {
    let accounts: AccountStore
    let nonces: NonceSource
    let options: ACMEOptions
    let surroundings: Surroundings

    /// What the exchange claims to be, for the trail.
    func arrival(_ exchange: ACMEExchange, _ operation: String, endpoint: Endpoint?, exchangeID: [UInt8] = []) -> Arrival {
        Arrival(
            endpoint: endpoint?.name ?? "acme-\(exchange.label.prefix(60))", binding: endpoint?.bindings.first?.name ?? "default",
            operation: operation, peer: exchange.peer, userAgent: exchange.userAgent, exchangeID: exchangeID, instant: surroundings.now,
            raw: exchange.body ?? [])
    }

    /// Checks in the order that gives a client the most useful error. The nonce is redeemed last, so that nobody without a key can
    /// use up another's.
    func decode(
        _ exchange: ACMEExchange, _ resource: ACMEResource, links: ACMELinks, endpoint: Endpoint
    ) async throws(ACMEProblem) -> SignedRequest {
        guard exchange.contentType == "application/jose+json" else {
            throw ACMEProblem(.malformed, "signed requests have the content type application/jose+json", status: 415)
        }
        guard let body = exchange.body, body.count <= options.maxBody else {
            throw ACMEProblem(.malformed, "the request is longer than \(options.maxBody) bytes", status: 413)
        }
        let jws: FlattenedJWS
        do { jws = try FlattenedJWS(body: body, limit: options.maxBody) } catch { throw ACMEProblem(error) }
        let (signer, key) = try await signer(of: jws, resource, links: links, endpoint: endpoint)
        let url = links.url(resource)
        guard jws.header.url == url else {
            let got = jws.header.url.map { "\"\($0.prefix(200))\"" } ?? "none"
            throw ACMEProblem(.unauthorized, "the url in the protected header is \(got); this resource is \"\(url)\"")
        }
        guard let nonce = jws.header.nonce else { throw ACMEProblem(.badNonce, "the protected header carries no nonce") }
        guard Base64URL.decode(nonce) != nil else { throw ACMEProblem(.malformed, "the nonce is not base64url") }
        do { try jws.verify(with: key) } catch { throw ACMEProblem(error) }
        guard nonces.redeem(nonce) else {
            throw ACMEProblem(.badNonce, "the nonce is unknown, too old or was used before; take the new one")
        }
        return SignedRequest(
            resource: resource, endpoint: endpoint, links: links, arrival: arrival(exchange, resource.operation, endpoint: endpoint),
            signer: signer, payload: jws.payload)
    }

    private func signer(
        of jws: FlattenedJWS, _ resource: ACMEResource, links: ACMELinks, endpoint: Endpoint
    ) async throws(ACMEProblem) -> (SignedRequest.Signer, JWK) {
        switch jws.signer {
        case .key(let key):
            guard resource == .newAccount || resource == .revokeCert else {
                throw ACMEProblem(.malformed, "this resource takes requests signed with kid, not jwk")
            }
            return (.key(key), key)
        case .account(let url):
            guard resource != .newAccount else { throw ACMEProblem(.malformed, "newAccount takes requests signed with jwk, not kid") }
            guard let id = links.accountID(of: url) else {
                throw ACMEProblem(.malformed, "the kid \"\(url.prefix(200))\" is no account URL of this directory")
            }
            guard let account = try await accounts.account(id: id, endpoint: endpoint.name) else {
                throw ACMEProblem(.accountDoesNotExist, "there is no account \(url)")
            }
            guard account.status == .valid else {
                throw ACMEProblem(.unauthorized, "the account is \(account.status.rawValue)", status: 401)
            }
            return (.account(account), account.key)
        }
    }

    /// The order's certification request as the core's request; the proof is the order itself.
    func issuanceRequest(
        _ request: SignedRequest, order: Order, csr: CertificationRequest
    ) -> IssuanceRequest {
        let arrival = Arrival(
            endpoint: request.arrival.endpoint, binding: request.arrival.binding, operation: request.arrival.operation,
            peer: request.arrival.peer, userAgent: request.arrival.userAgent, exchangeID: order.exchangeID,
            instant: request.arrival.instant,
            raw: request.arrival.raw)
        return IssuanceRequest(
            id: RequestID(in: surroundings), arrival: arrival, intent: .enroll,
            credentials: [ACMEOrderCredential(order)], proposal: Proposal(csr),
            uponRelease: { OrderStore.completion(of: order.id, by: $0) })
    }
}
