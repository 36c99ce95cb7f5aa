import ACMEWire
import Foundation
import HTTPTransport

/// Asks a host for the key authorization over plain HTTP (RFC 8555 §8.3). The network arrives as a value.
package struct HTTP01Validator: Sendable {
    /// The final answer after redirects.
    package struct Answer: Sendable {
        package let status: Int
        package let body: [UInt8]
        /// Every URL asked, in order.
        package let urls: [String]

        package init(status: Int, body: [UInt8], urls: [String]) {
            self.status = status
            self.body = body
            self.urls = urls
        }
    }

    /// How a page is fetched: over the network, or from a table in tests.
    package typealias Fetch = @Sendable (URL) async throws(OutgoingFailure) -> Answer

    /// How one try ended.
    enum Verdict: Sendable, Equatable {
        case proved
        /// `isFinal`: the host answered, and wrongly; another try would be the same.
        case failed(Problem, isFinal: Bool)
    }

    private let port: Int
    private let fetch: Fetch

    package init(port: Int, fetch: @escaping Fetch) {
        self.port = port
        self.fetch = fetch
    }

    /// Over the network: at most ten redirects, to the standard ports or the configured one, 512 bytes, ten seconds in all.
    package init(port: Int, outgoing: OutgoingHTTP) {
        self.init(port: port) { url throws(OutgoingFailure) in
            let reply = try await outgoing.get(
                url, maxBody: 512, timeout: .seconds(10), redirects: 10, ports: [port, 80, 443], verifiesCertificates: false)
            return Answer(status: reply.status, body: reply.body, urls: reply.urls)
        }
    }

    func validate(_ identifier: Identifier, token: String, key: JWK) async -> Verdict {
        let host =
            switch identifier {
            case .dns(let name): name
            case .ip(let bytes): bytes.count == 16 ? "[\(IPLiteral.text(of: bytes))]" : IPLiteral.text(of: bytes)
            }
        let address = "http://\(host)\(port == 80 ? "" : ":\(port)")/.well-known/acme-challenge/\(token)"
        guard let url = URL(string: address) else {
            return .failed(Problem(.malformed, "\(identifier): \(address) is not a URL"), isFinal: true)
        }
        let answer: Answer
        do {
            answer = try await fetch(url)
        } catch {
            return verdict(on: error, identifier, address)
        }
        let place = answer.urls.count > 1 ? "\(address) (redirected to \(printable(answer.urls.last ?? "", limit: 200)))" : address
        guard answer.status == 200 else {
            return .failed(Problem(.incorrectResponse, "\(identifier): \(place) answered status \(answer.status), not 200"), isFinal: true)
        }
        let expected = KeyAuthorization.text(token: token, key: key)
        let text = String(decoding: answer.body, as: UTF8.self)
        guard trimmed(text) == expected else {
            // What a redirect led to is not shown: it may be a page that this server reaches and the client does not.
            let shown = answer.urls.count > 1 ? "something else" : "\"\(printable(text, limit: 128))\""
            return .failed(
                Problem(.incorrectResponse, "\(identifier): \(place) answered \(shown), expected the key authorization \"\(expected)\""),
                isFinal: true)
        }
        return .proved
    }

    private func verdict(on failure: OutgoingFailure, _ identifier: Identifier, _ address: String) -> Verdict {
        let detail = "\(identifier): fetching \(address): \(printable(failure.description, limit: 300))"
        return switch failure {
        case .unresolvable: .failed(Problem(.dns, detail), isFinal: false)
        case .connection, .timedOut: .failed(Problem(.connection, detail), isFinal: false)
        case .addressRefused, .badURL, .portRefused: .failed(Problem(.connection, detail), isFinal: true)
        case .bodyTooLarge, .tooManyRedirects: .failed(Problem(.incorrectResponse, detail), isFinal: true)
        }
    }

    /// White space at the end does not count (RFC 8555 §8.3).
    private func trimmed(_ text: String) -> Substring {
        var rest = text[...]
        while let last = rest.last, last.isWhitespace { rest.removeLast() }
        return rest
    }

    /// Printable ASCII, cut to a limit: what a foreign host sent never reaches a log or a client raw.
    private func printable(_ text: String, limit: Int) -> String {
        String(text.unicodeScalars.prefix(limit).map { (0x20...0x7E).contains($0.value) && $0 != "\"" ? Character($0) : "?" })
    }
}
