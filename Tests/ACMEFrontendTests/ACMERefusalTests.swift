import ACMEFrontend
import ACMEWire
import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

@Suite("ACME refusals")
struct ACMERefusalTests {
    @Test("What is no resource gets a problem document, however many parts its path has", arguments: 1...8)
    func noResource(_ parts: Int) async throws {
        let path = (0..<parts).map { "part-\($0)" }.joined(separator: "/")
        let answer = try await ACMETestServer().send(.get, ACMETestClient.url(path))
        #expect(answer.status == 404)
        #expect(answer.text("type") == "urn:ietf:params:acme:error:malformed")
    }

    @Test("Requests that are not signed for this resource, now and by a known account, are refused with a fresh nonce that works")
    func envelope() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        let other = try await ACMETestClient.registered(at: server)
        let url = client.account
        let used = try await client.nonce()
        _ = try await client.post(url, nil, header: ["nonce": used])
        let unknown = ACMETestClient.url("acct/\(String(repeating: "0", count: 32))")
        let cases: [(ACMETestServer.Answer, Int, String)] = [
            (try await client.post(url, nil, header: ["nonce": used]), 400, "badNonce"),
            (try await client.post(url, nil, header: ["nonce": "AAAA"]), 400, "badNonce"),
            (try await client.post(url, nil, header: ["nonce": nil]), 400, "badNonce"),
            (try await client.post(url, nil, header: ["nonce": "a b"]), 400, "malformed"),
            (try await client.post(url, nil, header: ["url": other.account]), 403, "unauthorized"),
            (try await client.post(url, nil, header: ["url": nil]), 403, "unauthorized"),
            (
                try await client.post(url, nil, header: ["url": url.replacingOccurrences(of: "ca.test", with: "evil.test")]), 403,
                "unauthorized"
            ),
            (try await client.post(url, nil, header: ["kid": other.account]), 400, "malformed"),
            (try await client.post(url, nil, header: ["kid": unknown]), 400, "accountDoesNotExist"),
            (try await client.post(url, nil, header: ["kid": "https://evil.test/acme/default/acct/1"]), 400, "malformed"),
            (try await client.post(url, nil, header: ["alg": "none"]), 400, "badSignatureAlgorithm"),
            (try await client.post(url, nil, header: ["alg": "HS256"]), 400, "badSignatureAlgorithm"),
            (try await client.post(url, nil, header: ["alg": "ES384"]), 400, "badSignatureAlgorithm"),
            (try await client.post(url, nil, withJWK: true), 400, "malformed"),
            (try await client.post(url, nil, header: ["jwk": client.key.jwk]), 400, "malformed"),
            (try await client.post(url, nil, signer: other.key), 400, "malformed"),
            (try await client.post(url, nil, contentType: "application/json"), 415, "malformed"),
            (try await server.send(.post, url, body: Array("{".utf8), contentType: "application/jose+json"), 400, "malformed"),
            (
                try await server.send(.post, url, body: [UInt8](repeating: 32, count: 70_000), contentType: "application/jose+json"), 413,
                "malformed"
            ),
            (try await server.send(.get, url), 405, "malformed"),
            (try await server.send(.put, url), 405, "malformed"),
            (try await server.send(.get, "/acme/default/nothing"), 404, "malformed"),
            (try await server.send(.get, "/acme/other/directory"), 404, "malformed"),
            (try await client.post(ACMETestClient.url("new-account"), ["termsOfServiceAgreed": true]), 400, "malformed"),
        ]
        for (number, (answer, status, problem)) in cases.enumerated() {
            #expect(answer.status == status, "case \(number): \(answer.detail)")
            #expect(answer.problem == problem, "case \(number): \(answer.detail)")
            #expect(answer.headers[.contentType] == "application/problem+json")
            let nonce = try #require(answer.nonce)
            #expect(try await client.post(url, nil, header: ["nonce": nonce]).status == 200, "case \(number)")
        }
        #expect(cases[10].0.list("algorithms") == ["ES256", "ES384", "ES512", "RS256", "EdDSA"])
        #expect(cases[19].0.headers[.allow] == "POST")
    }

    @Test("Refused requests leave a line in the trail; stale nonces do not")
    func trail() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        _ = try await client.post(client.account, nil, header: ["nonce": "AAAA"])
        #expect(try await server.transactions().isEmpty)
        _ = try await server.send(.post, client.account, body: Array("{".utf8), contentType: "application/jose+json")
        let rows = try await server.transactions()
        #expect(rows.count == 1)
        #expect(try rows[0].text("outcome") == "refused" && rows[0].text("code") == "malformed" && rows[0].text("operation") == "account")
    }

    @Test("Nothing of another account can be read, used or changed")
    func foreign() async throws {
        let server = try await ACMETestServer()
        let owner = try await ACMETestClient.registered(at: server)
        let thief = try await ACMETestClient.registered(at: server)
        let order = try await owner.ready(["a.acme.test"])
        let authorization = order.list("authorizations")[0]
        let challenge = try await owner.challenge(of: owner.get(authorization))["url"] ?? ""
        let csr = try await TestCA.request(try SoftwareKey.generate(.p256), commonName: nil, names: [.dns("a.acme.test")])
        for url in [order.location, authorization, challenge] {
            let answer = try await thief.get(url)
            #expect(answer.status == 404 && answer.problem == "malformed")
        }
        #expect(try await thief.finalize(order, csr).status == 404)
        #expect(try await thief.post(challenge, [String: String]()).status == 404)
        #expect(try await thief.post(authorization, ["status": "deactivated"]).status == 404)
        #expect(try await thief.get("\(owner.account)/orders").status == 403)
        #expect(try await thief.post(owner.account, ["status": "deactivated"]).status == 403)
        let final = try await owner.finalize(order, csr)
        #expect(final.text("status") == "valid")
        #expect(try await thief.get(final.text("certificate")).status == 404)
    }

    @Test("A request whose names differ from the order's is a badCSR, and the order stays ready")
    func names() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        let order = try await client.ready(["a.acme.test", "b.acme.test"])
        let key = try SoftwareKey.generate(.p256)
        let both: [GeneralName] = [.dns("a.acme.test"), .dns("b.acme.test")]
        let wrong: [CertificationRequest] = [
            try await TestCA.request(key, commonName: nil, names: [.dns("a.acme.test")]),
            try await TestCA.request(key, commonName: nil, names: both + [.dns("c.acme.test")]),
            try await TestCA.request(key, commonName: "c.acme.test", names: both),
            try await TestCA.request(key, commonName: nil, names: both + [.email("a@acme.test")]),
            try await TestCA.request(key, commonName: nil, names: both + [.upn("a@acme.test")]),
            try await TestCA.request(key, commonName: nil, names: both + [.ip([127, 0, 0, 1])]),
            try await TestCA.request(key, commonName: "a.acme.test"),
            try await TestCA.request(key, commonName: nil),
        ]
        for (number, csr) in wrong.enumerated() {
            let answer = try await client.finalize(order, csr)
            #expect(answer.status == 400 && answer.problem == "badCSR", "case \(number): \(answer.detail)")
        }
        #expect(try await client.get(order.location).text("status") == "ready")
        #expect(try await server.issuances() == 0)
        #expect(
            try await server.transactions().filter { try $0.text("operation") == "finalize" && $0.text("outcome") == "refused" }.count
                == wrong.count)
        #expect(try await client.finalize(order, TestCA.request(key, commonName: "A.ACME.test", names: both)).text("status") == "valid")
    }

    @Test("Hostile and broken certification requests are badCSR")
    func hostile() async throws {
        let server = try await ACMETestServer()
        let accountKey = try SoftwareKey.generate(.rsa2048)
        let client = try await ACMETestClient.registered(at: server, key: .rsa(accountKey))
        let order = try await client.ready(["a.acme.test"])
        let names: [GeneralName] = [.dns("a.acme.test")]
        let key = try SoftwareKey.generate(.p256)
        let good = try await TestCA.request(key, commonName: nil, names: names)
        var broken = good.der
        broken[broken.count - 1] ^= 1
        let authority = try await TestCA.request(key, commonName: nil, names: names, extensions: [Extensions.basicConstraints(isCA: true)])
        let requests: [[UInt8]] = [
            broken, Array(good.der.dropLast()), good.der + [0], [], [UInt8](repeating: 0x30, count: 1000), authority.der,
            try await TestCA.request(accountKey, commonName: nil, names: names).der,
        ]
        for (number, der) in requests.enumerated() {
            let answer = try await client.post(order.text("finalize"), ["csr": Base64URL.encode(der)])
            #expect(
                answer.status == 400 && answer.problem == "badCSR", "case \(number): \(answer.status) \(answer.problem) \(answer.detail)")
        }
        #expect(try await client.post(order.text("finalize"), ["csr": "a b"]).problem == "badCSR")
        #expect(try await client.post(order.text("finalize"), [String: String]()).problem == "malformed")
        #expect(try await client.get(order.location).text("status") == "ready")
        #expect(try await server.issuances() == 0)
    }

    @Test("An order that is not ready is not finalized, and says what is missing")
    func notReady() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        let order = try await client.order(["a.acme.test"])
        let csr = try await TestCA.request(try SoftwareKey.generate(.p256), commonName: nil, names: [.dns("a.acme.test")])
        let answer = try await client.finalize(order, csr)
        #expect(answer.status == 403 && answer.problem == "orderNotReady" && answer.detail.contains("a.acme.test"))
        #expect(try await client.get(ACMETestClient.url("cert/\(order.location.suffix(32))")).status == 404)
    }

    @Test("Every bad identifier of an order is named in a subproblem")
    func identifiers() async throws {
        let server = try await ACMETestServer { $0.maxOpenOrders = 1 }
        let client = try await ACMETestClient.registered(at: server)
        let mixed = try await client.post(
            ACMETestClient.url("new-order"),
            [
                "identifiers": [
                    ["type": "dns", "value": "*.a.test"], ["type": "email", "value": "a@b"], ["type": "dns", "value": "ok.test"],
                ]
            ])
        #expect(mixed.status == 400 && mixed.problem == "compound")
        let sub = try #require(mixed.json["subproblems"] as? [[String: Any]])
        #expect(
            sub.map { $0["type"] as? String } == [
                "urn:ietf:params:acme:error:rejectedIdentifier", "urn:ietf:params:acme:error:unsupportedIdentifier",
            ])
        #expect(try await client.order(["*.a.test"]).problem == "rejectedIdentifier")
        #expect(try await client.order([]).problem == "malformed")
        #expect(try await client.order((0..<101).map { "h\($0).test" }).problem == "malformed")
        let dated = try await client.post(
            ACMETestClient.url("new-order"), ["identifiers": [["type": "dns", "value": "a.test"]], "notAfter": "2030-01-01T00:00:00Z"])
        #expect(dated.problem == "malformed")
        let doubled = try await client.order(["A.test", "a.test"])
        #expect(doubled.list("authorizations").count == 1)
        let limited = try await client.order(["b.test"])
        #expect(limited.status == 429 && limited.problem == "rateLimited" && limited.headers[.retryAfter] != nil)
    }

    @Test("An expired order is invalid")
    func expired() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        let order = try await client.ready(["a.acme.test"])
        server.ca.clock.advance(by: 8 * 86_400)
        #expect(try await client.get(order.location).text("status") == "invalid")
        let csr = try await TestCA.request(try SoftwareKey.generate(.p256), commonName: nil, names: [.dns("a.acme.test")])
        #expect(try await client.finalize(order, csr).problem == "orderNotReady")
    }

    @Test("Reasons that only the CA can give, and certificates of others, are refused")
    func revocation() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        let certificate = try await client.enroll(["a.acme.test"], key: try SoftwareKey.generate(.p256))[0]
        let url = ACMETestClient.url("revoke-cert")
        for reason in [2, 6, 7, 8, 9, 10, 99, -1] {
            let answer = try await client.post(url, ["certificate": Base64URL.encode(certificate.der), "reason": reason])
            #expect(answer.problem == "badRevocationReason", "\(reason)")
        }
        let root = try #require(server.ca.root.identity.certificate)
        #expect(try await client.post(url, ["certificate": Base64URL.encode(root.der)]).status >= 400)
        #expect(try await client.post(url, ["certificate": "AAAA"]).problem == "malformed")
    }

    @Test("A disabled endpoint answers nothing but 404")
    func disabled() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        try await server.ca.services.catalog.setEnabled(false, endpoint: DefaultEndpoints.acme)
        #expect(try await server.send(.get, "/acme/default/directory").status == 404)
        try await server.ca.services.catalog.setEnabled(true, endpoint: DefaultEndpoints.acme)
        #expect(try await client.get(client.account).status == 200)
    }

    @Test("Each refusal of the core has an ACME error with a status of its kind")
    func table() {
        for code in Refusal.Code.allCases {
            let problem = ACMERefusals.problem(for: Refusal(code, at: .check, detail: "secret"))
            #expect((400...503).contains(problem.status ?? 0))
            #expect(!problem.detail.contains("secret"))
        }
    }
}
