/// One order for one name, with http-01.
final class ACMEOrder: ACMEConversation {
    private enum Place: String {
        case newOrder, authorization, challenge, authorizationPoll, orderPoll, finalize, certificatePoll, certificate
    }

    private let order: ACMEWorkload.Order
    private var at = Place.newOrder
    private var orderURL = ""
    private var authorizationURL = ""
    private var finalizeURL = ""
    private var token = ""
    /// Milliseconds between polls; grows.
    private var wait = 4.0

    init(_ order: ACMEWorkload.Order, _ client: ACMEClient) {
        self.order = order
        super.init(client)
    }

    override var place: String { at.rawValue }

    override func start() -> Step {
        post(client.directory.newOrder, #"{"identifiers":[{"type":"dns","value":"\#(order.name)"}]}"#)
    }

    override func received(_ reply: Reply) -> Step {
        if at == .certificate {
            client.responder.forget(token)
            return .done(reply.contains(Array("BEGIN CERTIFICATE".utf8)) ? nil : "certificate: no PEM")
        }
        let object = object(reply)
        let status = object["status"] as? String ?? ""
        if status == "invalid" { return .done("\(place): invalid") }
        switch at {
        case .newOrder:
            guard let location = reply["location"], let authorizations = object["authorizations"] as? [String],
                let first = authorizations.first, let finalize = object["finalize"] as? String
            else { return .done("newOrder: no order") }
            (orderURL, authorizationURL, finalizeURL) = (location, first, finalize)
            return status == "ready" ? finish() : go(.authorization, authorizationURL)
        case .authorization:
            if status == "valid" { return go(.orderPoll, orderURL) }
            let challenges = object["challenges"] as? [[String: Any]] ?? []
            guard let challenge = challenges.first(where: { $0["type"] as? String == "http-01" }), let url = challenge["url"] as? String,
                let token = challenge["token"] as? String
            else { return .done("authorization: no http-01") }
            self.token = token
            client.responder.publish(token, "\(token).\(client.key.thumbprint)")
            return go(.challenge, url, "{}")
        case .challenge: return poll(.authorizationPoll, authorizationURL)
        case .authorizationPoll: return status == "valid" ? go(.orderPoll, orderURL) : poll(.authorizationPoll, authorizationURL)
        case .orderPoll: return status == "ready" ? finish() : poll(.orderPoll, orderURL)
        case .finalize, .certificatePoll:
            guard status == "valid", let url = object["certificate"] as? String else { return poll(.certificatePoll, orderURL) }
            return go(.certificate, url)
        case .certificate: return .done("certificate: asked twice")
        }
    }

    private func finish() -> Step { go(.finalize, finalizeURL, #"{"csr":"\#(order.request)"}"#) }

    private func go(_ place: Place, _ url: String, _ payload: String = "") -> Step {
        at = place
        wait = 4
        return post(url, payload)
    }

    private func poll(_ place: Place, _ url: String) -> Step {
        if at != place { wait = 4 }
        at = place
        let milliseconds = Int64(wait)
        wait = min(wait * 1.6, 250)
        return post(url, wait: milliseconds)
    }
}
