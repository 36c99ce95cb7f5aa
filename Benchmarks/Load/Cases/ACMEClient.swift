import Foundation

/// What one client keeps between its orders: key, account, unused nonces. Confined to the event loop.
final class ACMEClient: @unchecked Sendable {
    let directory: ACMEDirectory
    let responder: ChallengeResponder
    let key = JWSAccount()
    private let destination: Destination
    private var nonces: [String] = []
    var account: String?
    private var isRegistering = false

    init(_ directory: ACMEDirectory, _ destination: Destination, _ responder: ChallengeResponder) {
        self.directory = directory
        self.destination = destination
        self.responder = responder
    }

    func keepNonce(of reply: Reply) {
        if let nonce = reply["replay-nonce"] { nonces.append(nonce) }
    }

    /// The signed request; nil when there is no nonce left.
    func post(_ payload: String, to url: String) -> [UInt8]? {
        guard let nonce = nonces.popLast() else { return nil }
        let body = key.sign(payload, url: url, nonce: nonce, account: account)
        return destination.request("POST", path: path(url), headers: [("Content-Type", "application/jose+json")], body: body)
    }

    /// True for the first who asks.
    func beginRegistration() -> Bool {
        defer { isRegistering = true }
        return !isRegistering
    }

    var nonceByGet: [UInt8] { destination.request("GET", path: path(directory.newNonce)) }
    var nonceRequest: [UInt8] { destination.request("HEAD", path: path(directory.newNonce)) }

    private func path(_ url: String) -> String {
        let host = url.utf8.dropFirst("https://".utf8.count)
        return host.firstIndex(of: UInt8(ascii: "/")).map { String(url[$0...]) } ?? "/"
    }
}
