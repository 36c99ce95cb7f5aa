import ACMEFrontend
import ACMEWire
import Foundation
import HTTPTransport
import Persistence
import SigningKeys
import TestSupport
import Testing

@Suite("ACME validation")
struct ACMEValidationTests {
    /// An order for one name, its authorization and the challenge to prove it by.
    private func offer(
        _ client: ACMETestClient, _ name: String = "a.acme.test", type: String = "dns"
    ) async throws -> (order: ACMETestServer.Answer, authorization: String, challenge: String, token: String) {
        let order = try await client.order([name], type: type)
        let authorization = order.list("authorizations")[0]
        let challenge = try await client.challenge(of: client.get(authorization))
        return (order, authorization, challenge["url"] ?? "", challenge["token"] ?? "")
    }

    /// Starts the only challenge of an order and waits for its end.
    private func run(
        _ client: ACMETestClient, _ name: String = "a.acme.test", answer: (_ token: String) -> (text: String, status: Int)?
    ) async throws -> (order: ACMETestServer.Answer, authorization: ACMETestServer.Answer) {
        let (order, url, challenge, token) = try await offer(client, name)
        if let (text, status) = answer(token) {
            client.server.publish(text, at: "http://\(name):5002/.well-known/acme-challenge/\(token)", status: status)
        }
        let begun = try await client.post(challenge, [String: String]())
        #expect(begun.status == 200 && begun.links.contains("<\(url)>;rel=\"up\""))
        let authorization = try await client.settled(url)
        return (try await client.get(order.location), authorization)
    }

    private func error(_ authorization: ACMETestServer.Answer) -> (type: String, detail: String) {
        let challenge = (authorization.json["challenges"] as? [[String: Any]])?.first
        let error = challenge?["error"] as? [String: Any]
        return (
            ((error?["type"] as? String) ?? "").replacingOccurrences(of: ProblemType.prefix, with: ""), (error?["detail"] as? String) ?? ""
        )
    }

    @Test("The right key authorization makes challenge, authorization and order visible as good together")
    func right() async throws {
        let client = try await ACMETestClient.registered(at: ACMETestServer())
        let (order, authorization) = try await run(client) { ("\($0).\(client.key.thumbprint) \r\n", 200) }
        #expect(authorization.text("status") == "valid" && order.text("status") == "ready")
        let challenge = try #require((authorization.json["challenges"] as? [[String: Any]])?.first)
        #expect(challenge["status"] as? String == "valid" && challenge["validated"] is String)
    }

    @Test("A wrong answer fails at once and names what was expected")
    func wrong() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        let (order, authorization) = try await run(client) { _ in ("<html>\u{1B}[31m", 200) }
        #expect(authorization.text("status") == "invalid" && order.text("status") == "invalid")
        #expect(error(authorization).type == "incorrectResponse")
        #expect(error(authorization).detail.contains(client.key.thumbprint) && !error(authorization).detail.contains("\u{1B}"))
        #expect((order.json["error"] as? [String: Any])?["type"] as? String == "urn:ietf:params:acme:error:incorrectResponse")
        #expect(server.asked.count == 1)
    }

    @Test("What a redirect led to is not shown to the client")
    func redirected() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        let (_, url, challenge, token) = try await offer(client)
        server.publish(
            "inner secret", at: "http://a.acme.test:5002/.well-known/acme-challenge/\(token)", redirectedTo: "http://inner.corp.test/status"
        )
        _ = try await client.post(challenge, [String: String]())
        let error = error(try await client.settled(url))
        #expect(error.type == "incorrectResponse" && error.detail.contains("http://inner.corp.test/status"))
        #expect(!error.detail.contains("inner secret"))
    }

    @Test("Who starts a challenge is not kept while its host, which is not there yet, is left in peace", .timeLimit(.minutes(1)))
    func notThereYet() async throws {
        let server = try await ACMETestServer {
            $0.validationPatience = 600
            $0.validationRetries = [600]
        }
        let client = try await ACMETestClient.registered(at: server)
        let (_, url, challenge, _) = try await offer(client)
        let answer = try await client.post(challenge, [String: String]())
        #expect(answer.status == 200 && answer.text("status") == "processing" && answer.headers[.retryAfter] != nil)
        #expect(try await client.get(url).text("status") == "pending")
    }

    @Test("One account's slow hosts do not keep another account waiting")
    func shares() async throws {
        let server = try await ACMETestServer {
            $0.maxValidations = 4
            $0.validationPatience = 0.2
            $0.validationRetries = [20]
        }
        let greedy = try await ACMETestClient.registered(at: server)
        for number in 0..<8 {
            _ = try await greedy.post(offer(greedy, "slow\(number).acme.test").challenge, [String: String]())
        }
        let client = try await ACMETestClient.registered(at: server)
        #expect(try await client.get(client.ready(["a.acme.test"]).location).text("status") == "ready")
    }

    @Test("Many challenges of one order are tried at once, and each verdict counts")
    func manyAtOnce() async throws {
        let server = try await ACMETestServer { $0.maxValidations = 8 }
        let client = try await ACMETestClient.registered(at: server)
        let order = try await client.order((0..<12).map { "n\($0).acme.test" })
        let urls = order.list("authorizations")
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, url) in urls.enumerated() {
                group.addTask {
                    let challenge = try await client.challenge(of: client.get(url))
                    let token = challenge["token"] ?? ""
                    server.publish(
                        "\(token).\(client.key.thumbprint)",
                        at: "http://n\(number).acme.test:5002/.well-known/acme-challenge/\(token)")
                    // Who waits in line for its turn is waited for as well.
                    #expect(try await client.post(challenge["url"] ?? "", [String: String]()).text("status") == "valid")
                }
            }
            try await group.waitForAll()
        }
        #expect(try await client.get(order.location).text("status") == "ready")
    }

    @Test("There is no authorization beyond the last, nor under another number")
    func positions() async throws {
        let client = try await ACMETestClient.registered(at: ACMETestServer())
        let url = try await client.order(["a.acme.test"]).list("authorizations")[0]
        #expect(url.hasSuffix("/0"))
        let base = url.dropLast(2)
        #expect(try await client.get("\(base)/1").status == 404)
        for path in ["/-1", "/0/0", "/1000", "/", ""] {
            #expect(try await client.get(base + path).status == 404, "\(path)")
        }
        #expect(try await client.get("\(base)/00").problem == "unauthorized")
    }

    @Test("Another account's key authorization is no proof")
    func foreign() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        let other = try await ACMETestClient.registered(at: server)
        let (_, authorization) = try await run(client) { ("\($0).\(other.key.thumbprint)", 200) }
        #expect(error(authorization).type == "incorrectResponse")
    }

    @Test("A status other than 200 fails")
    func status() async throws {
        let client = try await ACMETestClient.registered(at: ACMETestServer())
        let (_, authorization) = try await run(client) { ("\($0).\(client.key.thumbprint)", 404) }
        #expect(error(authorization).detail.contains("404"))
    }

    @Test("A host that cannot be reached is tried again before the challenge fails")
    func unreachable() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        let (_, authorization) = try await run(client) { _ in nil }
        #expect(error(authorization).type == "connection")
        #expect(server.asked.count == 3)
    }

    @Test("Outside a lab the server asks no loopback or private address, and says why")
    func forbiddenAddress() async throws {
        let server = try await ACMETestServer(rules: .public)
        let client = try await ACMETestClient.registered(at: server)
        for address in ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1"] {
            let (_, url, challenge, _) = try await offer(client, address, type: "ip")
            _ = try await client.post(challenge, [String: String]())
            let authorization = try await client.settled(url)
            #expect(error(authorization).type == "connection")
            #expect(error(authorization).detail.contains("not allowed"), "\(error(authorization).detail)")
        }
    }

    @Test("A validation that a restart cut off is taken up at the next poll")
    func restarted() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        let (_, url, _, token) = try await offer(client)
        server.publish("\(token).\(client.key.thumbprint)", at: "http://a.acme.test:5002/.well-known/acme-challenge/\(token)")
        try await server.tamper(
            """
            UPDATE acme_orders SET authorizations = REPLACE(authorizations, '"status":"pending","token"', '"status":"processing","token"')
            """)
        #expect(try await client.settled(url).text("status") == "valid")
    }

    @Test("An empty payload only reads a challenge, and a second start of a finished one changes nothing")
    func reading() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        let (order, _, challenge, _) = try await offer(client)
        #expect(try await client.get(challenge).text("status") == "pending")
        #expect(server.asked.isEmpty)
        try await client.satisfy(order)
        let again = try await client.post(challenge, [String: String]())
        #expect(again.status == 200 && again.text("status") == "valid")
    }

    @Test("A deactivated authorization counts no more, and the order that needs it dies")
    func deactivated() async throws {
        let client = try await ACMETestClient.registered(at: ACMETestServer())
        let order = try await client.ready(["a.acme.test"])
        let url = order.list("authorizations")[0]
        #expect(try await client.post(url, ["status": "valid"]).problem == "malformed")
        #expect(try await client.post(url, ["status": "deactivated"]).text("status") == "deactivated")
        #expect(try await client.get(order.location).text("status") == "invalid")
        let csr = try await TestCA.request(try SoftwareKey.generate(.p256), commonName: nil, names: [.dns("a.acme.test")])
        #expect(try await client.finalize(order, csr).problem == "orderNotReady")
    }

    @Test("A name proved by one account cannot be ordered ready by another")
    func notShared() async throws {
        let server = try await ACMETestServer()
        let owner = try await ACMETestClient.registered(at: server)
        _ = try await owner.ready(["a.acme.test"])
        let other = try await ACMETestClient.registered(at: server)
        #expect(try await other.order(["a.acme.test"]).text("status") == "pending")
    }
}
