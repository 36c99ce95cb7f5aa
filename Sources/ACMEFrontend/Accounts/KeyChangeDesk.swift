import ACMEWire
import EnrollmentCore

/// Replaces an account's key (RFC 8555 §7.3.5): the outer signature is the old key's, the inner one the new key's.
struct KeyChangeDesk: Sendable {
    let accounts: AccountStore

    func change(_ request: SignedRequest, _ encoder: ACMEReplyEncoder) async throws(ACMEProblem) -> ACMEReply {
        let account = try request.account()
        let inner: FlattenedJWS
        do { inner = try FlattenedJWS(body: request.payload) } catch { throw ACMEProblem(error) }
        guard case .key(let key) = inner.signer else { throw ACMEProblem(.malformed, "the inner JWS carries the new key as jwk") }
        do { try inner.verify(with: key) } catch { throw ACMEProblem(error) }
        guard inner.header.url == request.links.url(.keyChange) else {
            throw ACMEProblem(.malformed, "the inner and the outer JWS have different urls")
        }
        guard inner.header.nonce == nil else { throw ACMEProblem(.malformed, "the inner JWS must not carry a nonce") }
        let payload: KeyChangePayload
        do {
            payload = try KeyChangePayload(StrictJSON.object(inner.payload, what: "inner payload"))
        } catch { throw ACMEProblem(.malformed, error.description) }
        guard payload.account == request.links.url(.account(account.id)) else {
            throw ACMEProblem(.malformed, "the inner payload names another account")
        }
        let oldKey: JWK
        do { oldKey = try payload.oldKey.key() } catch { throw ACMEProblem(error) }
        guard oldKey == account.key else { throw ACMEProblem(.malformed, "oldKey is not the account's key") }
        guard key != account.key else { throw ACMEProblem(.malformed, "the new key is the old one") }
        switch try await accounts.replaceKey(of: account, by: key) {
        case .written: break
        case .unmet: throw ACMEProblem(.malformed, "oldKey is not the account's key any more")
        case .conflict: throw try await taken(key, request)
        }
        guard let updated = try await accounts.account(id: account.id, endpoint: account.endpoint) else { throw .notFound("account") }
        return encoder.account(updated)
    }

    /// 409 with the URL of the account that has the key already.
    private func taken(_ key: JWK, _ request: SignedRequest) async throws(ACMEProblem) -> ACMEProblem {
        let holder = try await accounts.account(thumbprint: key.thumbprint, endpoint: request.endpoint.name)
        return ACMEProblem(
            .malformed, "another account has this key", status: 409,
            headers: holder.map { [(.location, request.links.url(.account($0.id)))] } ?? [])
    }
}
