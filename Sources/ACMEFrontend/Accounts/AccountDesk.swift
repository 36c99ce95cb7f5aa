import ACMEWire
import EnrollmentCore
import Foundation

/// newAccount, account updates and the list of orders (RFC 8555 §7.1.2.1, §7.3).
struct AccountDesk: Sendable {
    let accounts: AccountStore
    let orders: OrderStore
    let allowance: RegistrationAllowance
    let surroundings: Surroundings

    private static let pageSize = 100

    /// Creates an account, or finds the one that has this key, whatever else the payload says.
    func register(_ request: SignedRequest, _ encoder: ACMEReplyEncoder) async throws(ACMEProblem) -> ACMEReply {
        guard case .key(let key) = request.signer else { throw ACMEProblem(.malformed, "newAccount takes requests signed with jwk") }
        let payload = try request.payload(as: NewAccountPayload.self)
        if let existing = try await known(key, request) { return encoder.account(existing) }
        guard payload.onlyReturnExisting != true else {
            throw ACMEProblem(.accountDoesNotExist, "no account has this key", at: .authenticate)
        }
        guard payload.termsOfServiceAgreed == true else {
            throw ACMEProblem(
                .userActionRequired, "agree to the terms of service at \(request.links.url(.terms)) (termsOfServiceAgreed: true)",
                at: .authenticate)
        }
        let contact = payload.contact ?? []
        try ContactRules.check(contact)
        guard request.arrival.peer.map(allowance.take) ?? true else {
            throw ACMEProblem(.rateLimited, "too many new accounts from this address; use the ones you have", at: .authenticate)
        }
        let account = Account(
            id: RequestID(in: surroundings).description, endpoint: request.endpoint.name, key: key, contact: contact, termsAgreed: true)
        switch try await accounts.insert(account, at: surroundings.now) {
        case .written: return encoder.account(account, status: 201)
        case .conflict, .unmet:
            guard let winner = try await known(key, request) else { throw ACMEProblem(.serverInternal, "try again", status: 503) }
            return encoder.account(winner)
        }
    }

    private func known(_ key: JWK, _ request: SignedRequest) async throws(ACMEProblem) -> Account? {
        guard let account = try await accounts.account(thumbprint: key.thumbprint, endpoint: request.endpoint.name) else { return nil }
        guard account.status == .valid else {
            throw ACMEProblem(.unauthorized, "the account of this key is \(account.status.rawValue)", status: 401, at: .authenticate)
        }
        return account
    }

    /// Reads, changes the contacts, or deactivates for good; other members are ignored (RFC 8555 §7.3.2).
    func update(_ id: String, _ request: SignedRequest, _ encoder: ACMEReplyEncoder) async throws(ACMEProblem) -> ACMEReply {
        let account = try owner(id, request)
        guard !request.isPostAsGet else { return encoder.account(account) }
        let payload = try request.payload(as: AccountUpdatePayload.self)
        if payload.status == Account.Status.deactivated.rawValue {
            _ = try await accounts.deactivate(account)
        } else if let status = payload.status, status != account.status.rawValue {
            throw ACMEProblem(.malformed, "the only status a client may set is deactivated")
        } else if let contact = payload.contact {
            try ContactRules.check(contact)
            _ = try await accounts.setContact(contact, of: account)
        }
        guard let updated = try await accounts.account(id: account.id, endpoint: account.endpoint) else { throw .notFound("account") }
        return encoder.account(updated)
    }

    func orders(
        _ id: String, after cursor: String?, _ request: SignedRequest, _ encoder: ACMEReplyEncoder
    ) async throws(ACMEProblem) -> ACMEReply {
        let account = try owner(id, request)
        try request.requirePostAsGet()
        let ids = try await orders.orderIDs(of: account, after: cursor, limit: Self.pageSize + 1)
        let page = Array(ids.prefix(Self.pageSize))
        return encoder.orders(page, account: account, next: ids.count > Self.pageSize ? page.last : nil)
    }

    private func owner(_ id: String, _ request: SignedRequest) throws(ACMEProblem) -> Account {
        let account = try request.account()
        guard account.id == id else { throw ACMEProblem(.unauthorized, "this is another account", at: .authenticate) }
        return account
    }
}
