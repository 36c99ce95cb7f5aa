import EnrollmentCore
import ACMEWire
import Foundation
import PKIFormats

/// Answers to wire: resource bodies with the links that clients follow.
struct ACMEReplyEncoder: Sendable {
    let links: ACMELinks
    let options: ACMEOptions
    let now: Date

    private var retryAfter: ACMEReply.Headers { [(.retryAfter, String(max(1, options.pollInterval)))] }

    func directory() -> ACMEReply {
        ACMEReply(
            json: DirectoryBody(
                newNonce: links.url(.newNonce), newAccount: links.url(.newAccount), newOrder: links.url(.newOrder),
                revokeCert: links.url(.revokeCert), keyChange: links.url(.keyChange),
                meta: .init(termsOfService: links.url(.terms), website: nil, externalAccountRequired: false)))
    }

    func account(_ account: Account, status: Int = 200) -> ACMEReply {
        ACMEReply(
            status: status,
            json: AccountBody(
                status: account.status.rawValue, contact: account.contact, termsOfServiceAgreed: account.termsAgreed,
                orders: links.url(.orders(account: account.id, after: nil))),
            headers: [(.location, links.url(.account(account.id)))])
    }

    /// `next`: the cursor of the page that follows, if one does.
    func orders(_ ids: [String], account: Account, next: String?) -> ACMEReply {
        let link: ACMEReply.Headers? = next.map { [(.link, "<\(links.url(.orders(account: account.id, after: $0)))>;rel=\"next\"")] }
        return ACMEReply(json: OrdersBody(orders: ids.map { links.url(.order($0)) }), headers: link ?? [])
    }

    func order(_ order: Order, status: Int = 200) -> ACMEReply {
        let state = order.status(at: now)
        let body = OrderBody(
            status: state.rawValue, expires: order.expires.utcText, identifiers: order.identifiers.map(\.body),
            authorizations: order.authorizations.indices.map { links.url(.authorization(order: order.id, $0)) },
            finalize: links.url(.finalize(order: order.id)),
            certificate: state == .valid ? links.url(.certificate(order: order.id)) : nil, error: order.error)
        var headers: ACMEReply.Headers = [(.location, links.url(.order(order.id)))]
        if state == .processing { headers += retryAfter }
        return ACMEReply(status: status, json: body, headers: headers)
    }

    func authorization(_ authorization: Authorization, _ position: Int, of order: Order) -> ACMEReply {
        let state = authorization.status(at: now)
        let challenge = authorization.challenge
        let isShown =
            switch state {
            case .pending, .invalid: true
            case .valid, .deactivated, .expired, .revoked: challenge.status == .valid
            }
        let body = AuthorizationBody(
            identifier: authorization.identifier.body, status: state.rawValue, expires: authorization.expires.utcText,
            challenges: isShown ? [body(challenge, position, of: order)] : [])
        return ACMEReply(json: body, headers: challenge.status == .processing ? retryAfter : [])
    }

    func challenge(_ challenge: Challenge, _ position: Int, of order: Order) -> ACMEReply {
        var headers: ACMEReply.Headers = [(.link, "<\(links.url(.authorization(order: order.id, position)))>;rel=\"up\"")]
        if challenge.status == .processing { headers += retryAfter }
        return ACMEReply(json: body(challenge, position, of: order), headers: headers)
    }

    /// RFC 8555 §7.4.2: leaf first, without the root, nothing else in it.
    func certificate(pem: String) -> ACMEReply {
        ACMEReply(status: 200, contentType: "application/pem-certificate-chain", body: Array(pem.utf8))
    }

    func problem(_ problem: ACMEProblem) -> ACMEReply {
        Exchange.current?.answers("problem \(problem.problem.type)")
        var headers = problem.headers
        if [429, 503].contains(problem.problem.status) { headers += retryAfter }
        if problem.problem.type == .userActionRequired {
            headers.append((.link, "<\(links.url(.terms))>;rel=\"terms-of-service\""))
        }
        return ACMEReply(
            status: problem.problem.status ?? problem.problem.type.httpStatus, contentType: "application/problem+json", headers: headers,
            body: ACMEJSON.encode(problem.problem))
    }

    private func body(_ challenge: Challenge, _ position: Int, of order: Order) -> ChallengeBody {
        ChallengeBody(
            type: Challenge.http01, url: links.url(.challenge(order: order.id, position)), status: challenge.status.rawValue,
            token: challenge.token,
            validated: challenge.validatedAt?.utcText, error: challenge.error)
    }
}
