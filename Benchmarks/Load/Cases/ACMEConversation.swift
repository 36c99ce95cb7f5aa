import Foundation
import NIOCore

/// Signed requests with nonces, and again where a nonce was refused: what registration and order have in common.
class ACMEConversation: Script {
    let client: ACMEClient
    private var last = (url: "", payload: "", wait: Int64(0))
    private var isFetchingNonce = false
    private var attempts = 0

    init(_ client: ACMEClient) { self.client = client }

    /// The first request.
    func start() -> Step { .done("not a conversation") }

    /// A successful reply to the last request.
    func received(_ reply: Reply) -> Step { .done("not a conversation") }

    /// Where the conversation stands, for naming a failure.
    var place: String { "" }

    /// - Parameters:
    ///   - payload: JSON; empty for POST-as-GET.
    ///   - wait: milliseconds to wait before.
    final func post(_ url: String, _ payload: String = "", wait: Int64 = 0) -> Step {
        last = (url, payload, wait)
        attempts = 0
        return send()
    }

    final func next(_ reply: Reply) -> Step {
        client.keepNonce(of: reply)
        if isFetchingNonce {
            isFetchingNonce = false
            return reply["replay-nonce"] == nil ? .done("newNonce: no nonce, HTTP \(reply.status)") : send()
        }
        if reply.status < 400 { return received(reply) }
        let type = Self.object(reply)["type"] as? String ?? ""
        if type.hasSuffix(":badNonce"), attempts < 10 {
            attempts += 1
            last.wait = 0
            return send()
        }
        return .done("\(place): HTTP \(reply.status) \(type.split(separator: ":").last ?? "")")
    }

    private func send() -> Step {
        guard let bytes = client.post(last.payload, to: last.url) else {
            isFetchingNonce = true
            return .send(client.nonceRequest, isHead: true)
        }
        return last.wait > 0 ? .pause(.milliseconds(last.wait), bytes) : .send(bytes)
    }

    final func object(_ reply: Reply) -> [String: Any] { Self.object(reply) }

    private static func object(_ reply: Reply) -> [String: Any] {
        (try? JSONSerialization.jsonObject(with: Data(reply.body)) as? [String: Any]) ?? [:]
    }
}
