import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

/// HTTP requests the server makes on somebody else's word, so with every hop checked: the host is resolved first, each of
/// its addresses must pass the rules, and the connection goes to a checked address, never through a second look-up.
package struct OutgoingHTTP: Sendable {
    private let rules: AddressRules
    private let userAgent: String

    package init(rules: AddressRules, userAgent: String = "muster") {
        self.rules = rules
        self.userAgent = userAgent
    }

    /// Fetches `url`, following redirects by hand.
    /// - Parameters:
    ///   - maxBody: bytes; a longer body is a failure.
    ///   - timeout: for everything together, look-ups and redirects included.
    ///   - redirects: how many to follow; each target is checked like the first.
    ///   - ports: the ports any hop may use; nil allows all.
    ///   - verifiesCertificates: false where a redirect to https only carries public data (ACME http-01).
    package func get(
        _ url: URL, maxBody: Int = 64 * 1024, timeout: Duration = .seconds(10), redirects: Int = 10, ports: Set<Int>? = nil,
        verifiesCertificates: Bool = true
    ) async throws(OutgoingFailure) -> OutgoingReply {
        let fetch = Fetch(
            rules: rules, userAgent: userAgent, maxBody: maxBody, redirects: redirects, ports: ports,
            verifiesCertificates: verifiesCertificates)
        return try await bounded(fetch, url, timeout)
    }

    /// Posts `body`; a redirect is an answer like any other.
    /// - Parameters:
    ///   - headers: besides those of HTTP itself.
    ///   - maxBody: bytes of the answer; a longer one is a failure.
    ///   - timeout: for everything together, the look-up included.
    package func post(
        _ url: URL, body: [UInt8], headers: [(name: String, value: String)], maxBody: Int = 64 * 1024, timeout: Duration = .seconds(10)
    ) async throws(OutgoingFailure) -> OutgoingReply {
        let fetch = Fetch(
            rules: rules, userAgent: userAgent, maxBody: maxBody, redirects: 0, ports: nil, verifiesCertificates: true,
            content: Fetch.Content(body: body, headers: headers))
        return try await bounded(fetch, url, timeout)
    }

    private func bounded(_ fetch: Fetch, _ url: URL, _ timeout: Duration) async throws(OutgoingFailure) -> OutgoingReply {
        ForeignWait.current?.begins()
        let work = Task(executorPreference: ConnectionFacts.current?.executor) { try await fetch.follow(url) }
        let isLate = Atomic(false)
        // A timer of the loop, which costs far less than a sleeping task.
        let timer = FollowUp.loop.scheduleTask(in: TimeAmount(timeout)) {
            isLate.store(true, ordering: .releasing)
            work.cancel()
        }
        defer { timer.cancel() }
        do {
            return try await withTaskCancellationHandler {
                try await work.value
            } onCancel: {
                work.cancel()
            }
        } catch _ where isLate.load(ordering: .acquiring) {
            throw .timedOut
        } catch let failure as OutgoingFailure {
            throw failure
        } catch is CancellationError {
            throw .timedOut
        } catch {
            throw .connection("\(error)")
        }
    }
}

/// One `get` or `post` with its bounds.
private struct Fetch: Sendable {
    let rules: AddressRules
    let userAgent: String
    let maxBody: Int
    let redirects: Int
    let ports: Set<Int>?
    let verifiesCertificates: Bool
    /// Nil for a GET.
    var content: Content?

    /// What is posted.
    struct Content: Sendable {
        let body: [UInt8]
        let headers: [(name: String, value: String)]
    }

    /// An address and everything to connect to it with.
    struct Hop {
        let url: String
        let isSecure: Bool
        let host: String
        let port: Int
        /// Path and query.
        let target: String
        let addresses: [IPAddress]
    }

    struct Answer {
        let status: Int
        let location: String?
        let contentType: String?
        let body: [UInt8]
        let address: IPAddress
    }

    func follow(_ start: URL) async throws -> OutgoingReply {
        var url = start
        var asked: [String] = []
        while true {
            let hop = try await check(url)
            asked.append(hop.url)
            let answer = try await ask(hop)
            guard content == nil, [301, 302, 303, 307, 308].contains(answer.status), let location = answer.location else {
                return OutgoingReply(
                    status: answer.status, body: answer.body, contentType: answer.contentType, address: answer.address, urls: asked)
            }
            guard asked.count <= redirects else { throw OutgoingFailure.tooManyRedirects(limit: redirects) }
            guard let target = URL(string: location, relativeTo: url)?.absoluteURL else { throw OutgoingFailure.badURL(location) }
            url = target
        }
    }

    /// Takes the URL apart, checks scheme, host, port and every address, and writes it anew from the checked parts.
    private func check(_ url: URL) async throws(OutgoingFailure) -> Hop {
        let text = url.absoluteString
        guard text.utf8.count <= 4096, let place = OutgoingPlace(plain: text) ?? OutgoingPlace(url), (1...65535).contains(place.port)
        else { throw .badURL(text) }
        if let ports, !ports.contains(place.port) { throw .portRefused(place.port) }
        let addresses = try await resolve(place.host, url: url)
        for address in addresses where !rules.permits(address) {
            throw .addressRefused(host: place.host, address: address.description)
        }
        return Hop(
            url: place.url, isSecure: place.isSecure, host: place.host, port: place.port, target: place.target, addresses: addresses)
    }

    private func resolve(_ host: String, url: URL) async throws(OutgoingFailure) -> [IPAddress] {
        if let literal = IPAddress(host) { return [literal] }
        let isName =
            !host.isEmpty && host.utf8.count <= 253 && host.contains { $0.isLetter }
            && host.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E || $0 == 0x5F }
        guard isName else { throw .badURL(url.absoluteString) }
        if let fixed = rules.fixedAddresses(of: host) { return fixed }
        return try await HostResolver.addresses(of: host)
    }

    /// Tries the checked addresses in turn until one accepts a connection.
    private func ask(_ hop: Hop) async throws -> Answer {
        var last: any Error = OutgoingFailure.unresolvable(host: hop.host)
        for address in hop.addresses.prefix(4) {
            do {
                return try await ask(hop, at: address)
            } catch let failure as OutgoingFailure {
                throw failure
            } catch {
                try Task.checkCancellation()
                last = error
            }
        }
        throw OutgoingFailure.connection("\(last)")
    }

    private func ask(_ hop: Hop, at address: IPAddress) async throws -> Answer {
        guard hop.isSecure || content != nil else { return try await askPlainly(hop, at: address) }
        var configuration = HTTPClient.Configuration()
        configuration.dnsOverride = [hop.host: address.description]
        configuration.redirectConfiguration = .disallow
        configuration.timeout = .init(connect: .seconds(5), read: .seconds(10))
        configuration.decompression = .disabled
        configuration.httpVersion = .http1Only
        configuration.connectionPool.retryConnectionEstablishment = false
        if !verifiesCertificates {
            var tls = TLSConfiguration.makeClientConfiguration()
            tls.certificateVerification = .none
            configuration.tlsConfiguration = tls
        }
        let client = HTTPClient(eventLoopGroup: HTTPClient.defaultEventLoopGroup, configuration: configuration)
        let result: Result<Answer, any Error>
        do {
            result = .success(try await exchange(client, hop, address))
        } catch {
            result = .failure(error)
        }
        try? await client.shutdown()
        return try result.get()
    }

    /// Without the larger client, which costs more than the rest of an ACME validation.
    private func askPlainly(_ hop: Hop, at address: IPAddress) async throws -> Answer {
        let name = hop.host.asURLHost
        let reply = try await PlainGet(
            address: address, port: hop.port, target: hop.target,
            headers: [
                "Host": hop.port == 80 ? name : "\(name):\(hop.port)", "User-Agent": userAgent, "Accept": "*/*", "Connection": "close",
            ], maxBody: maxBody
        ).reply()
        return Answer(
            status: Int(reply.head.status.code), location: reply.head.headers.first(name: "Location"),
            contentType: reply.head.headers.first(name: "Content-Type"), body: reply.body, address: address)
    }

    private func exchange(_ client: HTTPClient, _ hop: Hop, _ address: IPAddress) async throws -> Answer {
        var request = HTTPClientRequest(url: hop.url)
        request.headers = ["User-Agent": userAgent, "Accept": "*/*", "Connection": "close"]
        if let content {
            request.method = .POST
            for header in content.headers { request.headers.add(name: header.name, value: header.value) }
            request.body = .bytes(content.body)
        }
        let response = try await client.execute(request, timeout: .minutes(5))
        var body: [UInt8] = []
        for try await chunk in response.body {
            guard body.count + chunk.readableBytes <= maxBody else { throw OutgoingFailure.bodyTooLarge(limit: maxBody) }
            body.append(contentsOf: chunk.readableBytesView)
        }
        return Answer(
            status: Int(response.status.code), location: response.headers.first(name: "Location"),
            contentType: response.headers.first(name: "Content-Type"), body: body, address: address)
    }
}
