import ACMEFrontend
import ACMEWire
import Crypto
import EnrollmentCore
import Foundation
import PKIFormats
import Persistence
import SigningKeys
import TestSupport
import Testing

@Suite("ACME enrollment")
struct ACMEEnrollmentTests {
    @Test("The directory names its resources under the configured base URL, whatever the Host")
    func directory() async throws {
        let server = try await ACMETestServer()
        let answer = try await server.send(.get, "/acme/default/directory")
        #expect(answer.status == 200)
        #expect(answer.text("newOrder") == ACMETestClient.url("new-order"))
        #expect(answer.headers[.contentType] == "application/json")
        #expect((answer.json["meta"] as? [String: Any])?["termsOfService"] as? String == ACMETestClient.url("terms"))
        #expect(try await server.send(.get, "/acme/default/terms").status == 200)
        let head = try await server.send(.head, "/acme/default/directory")
        #expect(head.status == 200 && head.body.isEmpty)
        let preflight = try await server.send(.options, "/acme/default/new-order")
        #expect(preflight.status == 204 && preflight.headers[.allow] == "POST")
    }

    @Test("newNonce answers HEAD with 200 and GET with 204, never cached")
    func newNonce() async throws {
        let server = try await ACMETestServer()
        let head = try await server.send(.head, "/acme/default/new-nonce")
        let get = try await server.send(.get, "/acme/default/new-nonce")
        #expect(head.status == 200 && get.status == 204)
        #expect(head.headers[.cacheControl] == "no-store")
        #expect(head.nonce != nil && get.nonce != nil && head.nonce != get.nonce)
        #expect(head.links.contains("<\(ACMETestClient.directoryURL)>;rel=\"index\""))
    }

    @Test("An order for two names becomes one server certificate below the issuing CA, root left out", arguments: 0..<5)
    func enroll(kind: Int) async throws {
        let keys: [ACMETestKey] = [
            .fresh(), .p384(P384.Signing.PrivateKey()), .p521(P521.Signing.PrivateKey()), .ed25519(Curve25519.Signing.PrivateKey()),
            .rsa(try SoftwareKey.generate(.rsa2048)),
        ]
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server, key: keys[kind])
        let leafKey = try SoftwareKey.generate(.p256)
        let chain = try await client.enroll(["a.acme.test", "b.acme.test"], key: leafKey)
        #expect(chain.count == 2)
        #expect(chain[0].subjectAlternativeNames == [.dns("a.acme.test"), .dns("b.acme.test")])
        #expect(chain[0].publicKey == leafKey.publicKey)
        #expect(chain[0].isSigned(by: chain[1].publicKey))
        #expect(chain[1].isSigned(by: server.ca.root.identity.publicKey))
        let rows = try await server.transactions()
        #expect(try rows.map { try $0.text("outcome") } == ["released"])
        #expect(try rows[0].text("principal") == "acme-account:\(client.account.suffix(32))")
    }

    @Test(
        "An IP address can be ordered and stands in the certificate, also when the request repeats it as common name",
        arguments: [nil, "127.0.0.1"])
    func address(commonName: String?) async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        let order = try await client.order(["127.0.0.1"], type: "ip")
        try await client.satisfy(order)
        let csr = try await TestCA.request(try SoftwareKey.generate(.p256), commonName: commonName, names: [.ip([127, 0, 0, 1])])
        let final = try await client.finalize(order, csr)
        #expect(final.text("status") == "valid", "\(final.detail)")
        #expect(try await client.certificates(final)[0].subjectAlternativeNames == [.ip([127, 0, 0, 1])])
    }

    @Test("A repeated finalize gives the same certificate and issues nothing")
    func repeated() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        let order = try await client.ready(["a.acme.test"])
        let csr = try await TestCA.request(try SoftwareKey.generate(.p256), commonName: "a.acme.test")
        let first = try await client.certificates(client.finalize(order, csr))
        let again = try await client.finalize(order, csr)
        #expect(again.status == 200 && again.text("status") == "valid" && again.location == order.location)
        #expect(try await client.certificates(again) == first)
        #expect(try await server.issuances() == 1)
    }

    @Test("Two finalize requests at a time for one order issue one certificate")
    func race() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        let order = try await client.ready(["a.acme.test"])
        let answers = try await withThrowingTaskGroup(of: ACMETestServer.Answer.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    let csr = try await TestCA.request(try SoftwareKey.generate(.p256), commonName: nil, names: [.dns("a.acme.test")])
                    return try await client.finalize(order, csr)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.allSatisfy { $0.status == 200 || $0.problem == "orderNotReady" })
        #expect(try await client.settled(order.location).text("status") == "valid")
        #expect(try await server.issuances() == 1)
    }

    @Test("An order may be begun at one node and finished at another, whatever each remembers of it")
    func twoNodes() async throws {
        let server = try await ACMETestServer()
        let here = try await ACMETestClient.registered(at: server)
        let there = here.at(server.secondNode())
        let order = try await here.order(["a.acme.test", "b.acme.test"])
        #expect(try await there.get(order.location).text("status") == "pending")
        // Each node knows the order as it was before the other's step.
        for (client, url) in zip([here, there], order.list("authorizations")) {
            let challenge = try await client.challenge(of: client.get(url))
            let (token, name) = (challenge["token"] ?? "", client.server === server ? "a" : "b")
            server.publish("\(token).\(here.key.thumbprint)", at: "http://\(name).acme.test:5002/.well-known/acme-challenge/\(token)")
            #expect(try await client.post(challenge["url"] ?? "", [String: String]()).text("status") == "valid")
        }
        #expect(try await there.get(order.location).text("status") == "ready")
        let csr = try await TestCA.request(
            try SoftwareKey.generate(.p256), commonName: nil, names: [.dns("a.acme.test"), .dns("b.acme.test")])
        let final = try await there.finalize(order, csr)
        #expect(final.text("status") == "valid")
        let certificates = try await there.certificates(final)
        server.ca.clock.advance(by: 3)
        #expect(try await here.certificates(here.get(order.location)) == certificates)
        #expect(try await server.issuances() == 1)
    }

    @Test("An authorization that was deactivated at another node lets no order be finalized, however lately this node saw it valid")
    func deactivatedElsewhere() async throws {
        let server = try await ACMETestServer()
        let here = try await ACMETestClient.registered(at: server)
        let there = here.at(server.secondNode())
        let order = try await here.ready(["a.acme.test"])
        #expect(try await there.post(order.list("authorizations")[0], ["status": "deactivated"]).text("status") == "deactivated")
        let csr = try await TestCA.request(try SoftwareKey.generate(.p256), commonName: nil, names: [.dns("a.acme.test")])
        #expect(try await here.finalize(order, csr).status >= 400)
        #expect(try await here.get(order.location).text("status") == "invalid")
        #expect(try await server.issuances() == 0)
    }

    @Test("An order that a crash left between record and answer is healed at the next poll, with the same certificate")
    func healed() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        let order = try await client.ready(["a.acme.test"])
        let csr = try await TestCA.request(try SoftwareKey.generate(.p256), commonName: nil, names: [.dns("a.acme.test")])
        let first = try await client.certificates(client.finalize(order, csr))
        try await server.tamper("UPDATE acme_orders SET status = 'processing', issuance = NULL")
        let polled = try await client.get(order.location)
        #expect(polled.text("status") == "valid")
        #expect(try await client.certificates(polled) == first)

        try await server.tamper("UPDATE acme_orders SET status = 'processing', issuance = NULL")
        #expect(try await client.finalize(order, csr).text("status") == "valid")
        #expect(try await server.issuances() == 1)
    }

    @Test("An order's certificate comes from the core, revoked or not, and from the order itself where a former version kept it there")
    func certificateAgain() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        let order = try await client.ready(["a.acme.test"])
        let csr = try await TestCA.request(try SoftwareKey.generate(.p256), commonName: nil, names: [.dns("a.acme.test")])
        let finalized = try await client.finalize(order, csr)
        let chain = try await client.certificates(finalized)
        #expect(chain.count == 2)
        let rows = try await server.ca.services.database.read("SELECT issuance, certificate FROM acme_orders", [])
        #expect(
            try rows.map { try $0.optionalBlob("issuance")?.count } == [16] && rows.allSatisfy { try $0.optionalText("certificate") == nil }
        )

        let elsewhere = client.at(server.secondNode())
        #expect(try await elsewhere.certificates(finalized) == chain)
        #expect(
            try await client.post(ACMETestClient.url("revoke-cert"), ["certificate": Base64URL.encode(chain[0].der)]).status == 200)
        #expect(try await elsewhere.certificates(finalized) == chain)

        let stranger = try await ACMETestClient.registered(at: server)
        #expect(try await stranger.get(finalized.text("certificate")).status == 404)

        try await server.tamper("UPDATE issuances SET state = 'quarantined'")
        #expect(try await client.at(server.secondNode()).get(finalized.text("certificate")).status == 404)
        try await server.tamper("UPDATE acme_orders SET issuance = NULL, certificate = '\(chain.map(\.pem).joined())'")
        #expect(try await client.at(server.secondNode()).certificates(finalized) == chain)
    }

    @Test("An order that a person must approve stays processing")
    func held() async throws {
        let server = try await ACMETestServer()
        try await server.addDirectory("held", disposition: .hold(reason: "an operator must approve this"))
        let client = try await ACMETestClient.registered(at: server, directory: "held")
        let order = try await client.ready(["a.acme.test"])
        let csr = try await TestCA.request(try SoftwareKey.generate(.p256), commonName: nil, names: [.dns("a.acme.test")])
        let final = try await client.finalize(order, csr)
        #expect(final.status == 200 && final.text("status") == "processing" && final.headers[.retryAfter] == "1")
        #expect(try await client.finalize(order, csr).text("status") == "processing")
        #expect(try await client.get(order.location).text("status") == "processing")
        #expect(try await server.ca.services.database.read("SELECT id FROM held_requests", []).count == 1)
    }

    @Test("An account of one directory is nobody in another")
    func scope() async throws {
        let server = try await ACMETestServer()
        try await server.addDirectory("other")
        let client = try await ACMETestClient.registered(at: server)
        let other = try await ACMETestClient.registered(at: server, key: client.key, directory: "other")
        #expect(other.account != client.account)
        let foreign = try await client.post(other.account, nil, header: ["kid": client.account])
        #expect(foreign.status == 400 && foreign.problem == "malformed")
        let moved = client.account.replacingOccurrences(of: "/default/", with: "/other/")
        #expect(try await client.post(moved, nil, header: ["kid": moved]).problem == "accountDoesNotExist")
        let order = try await client.ready(["a.acme.test"])
        #expect(try await other.get(order.location.replacingOccurrences(of: "/default/", with: "/other/")).status == 404)
    }

    @Test("What has been over for long is swept; certificates' orders and deactivated accounts stay")
    func swept() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        _ = try await client.order(["old.acme.test"])
        let done = try await client.ready(["a.acme.test"])
        let csr = try await TestCA.request(try SoftwareKey.generate(.p256), commonName: nil, names: [.dns("a.acme.test")])
        let first = try await client.certificates(client.finalize(done, csr))
        let idle = try await ACMETestClient.registered(at: server)
        let dead = try await ACMETestClient.registered(at: server)
        _ = try await dead.post(dead.account, ["status": "deactivated"])
        server.ca.clock.advance(by: 100 * 86_400)
        _ = try await client.order(["new.acme.test"])
        try await server.until("SELECT id FROM acme_accounts", has: 2)
        #expect(try await idle.get(idle.account).problem == "accountDoesNotExist")
        #expect(try await dead.get(dead.account).status == 401)
        try await server.until("SELECT id FROM acme_orders", has: 2)
        try await server.until("SELECT order_id FROM acme_authorized_names", has: 0)
        let kept = try await client.get(done.location)
        #expect(kept.list("authorizations") == done.list("authorizations"))
        #expect(try await client.certificates(kept) == first)
    }

    @Test("An account's first order is noted with it, once")
    func firstOrder() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        let query = "SELECT last_order_at FROM acme_accounts"
        func noted() async throws -> Int64? {
            try await server.ca.services.database.read(query, []).first?.optionalInteger("last_order_at")
        }
        #expect(try await noted() == nil)
        _ = try await client.order(["a.acme.test"])
        let first = try #require(try await noted())
        server.ca.clock.advance(by: 5)
        _ = try await client.order(["b.acme.test"])
        #expect(try await noted() == first)
    }

    @Test("A claimed order whose issuance is gone becomes invalid and says so")
    func lost() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        let order = try await client.ready(["a.acme.test"])
        try await server.tamper("UPDATE acme_orders SET status = 'processing'")
        let polled = try await client.get(order.location)
        #expect(polled.text("status") == "invalid")
        #expect((polled.json["error"] as? [String: Any])?["detail"] as? String == "the issuance could not be finished; make a new order")
    }

    @Test("A padded csr is accepted, and the account's orders are listed newest first")
    func paddedAndListed() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        let order = try await client.ready(["a.acme.test"])
        let csr = try await TestCA.request(try SoftwareKey.generate(.p256), commonName: "a.acme.test", names: [.dns("A.acme.test")])
        let text = Base64URL.encode(csr.der)
        let padded = text + String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        #expect(try await client.post(order.text("finalize"), ["csr": padded]).text("status") == "valid")
        server.ca.clock.advance(by: 1)
        let second = try await client.order(["b.acme.test"])
        let account = try await client.get(client.account)
        let list = try await client.get(account.text("orders"))
        #expect(list.list("orders") == [second.location, order.location])
    }

    @Test("The list of orders comes in pages with a link to the next")
    func pages() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        for number in 0..<101 { _ = try await client.order(["h\(number).acme.test"]) }
        let first = try await client.get("\(client.account)/orders")
        #expect(first.list("orders").count == 100)
        let link = try #require(first.links.first { $0.hasSuffix("rel=\"next\"") })
        let next = try await client.get(String(link.dropFirst().prefix { $0 != ">" }))
        #expect(next.list("orders").count == 1)
        #expect(!first.list("orders").contains(next.list("orders")[0]))
        #expect(!next.links.contains { $0.hasSuffix("rel=\"next\"") })
    }

    @Test(
        "A certificate is revoked by its account, by its key, or by whoever controls all its names now",
        arguments: ["account", "key", "controller"])
    func revoke(by whom: String) async throws {
        let server = try await ACMETestServer()
        let owner = try await ACMETestClient.registered(at: server)
        let leaf = P256.Signing.PrivateKey()
        let certificate = try await owner.enroll(["a.acme.test", "b.acme.test"], key: try SoftwareKey(pem: leaf.pemRepresentation))[0]
        let payload: [String: Any] = ["certificate": Base64URL.encode(certificate.der), "reason": 4]
        let url = ACMETestClient.url("revoke-cert")
        let stranger = try await ACMETestClient.registered(at: server)
        let answer: ACMETestServer.Answer
        switch whom {
        case "account":
            answer = try await owner.post(url, payload)
        case "key":
            #expect(try await stranger.post(url, payload, withJWK: true).problem == "unauthorized")
            answer = try await ACMETestClient(server, key: .p256(leaf)).post(url, payload, withJWK: true)
        default:
            _ = try await stranger.ready(["a.acme.test"])
            #expect(try await stranger.post(url, payload).problem == "unauthorized")
            _ = try await stranger.ready(["b.acme.test"])
            answer = try await stranger.post(url, payload)
        }
        #expect(answer.status == 200 && answer.body.isEmpty && answer.nonce != nil)
        #expect(try await owner.post(url, payload).problem == "alreadyRevoked")
        let row = try await server.ca.services.database.read("SELECT revocation_reason FROM issuances WHERE endpoint = 'acme-default'", [])
            .first
        #expect(try row?.integer("revocation_reason") == 4)
    }

    @Test("Who controls a name by ACME revokes no certificate that another door issued for it")
    func foreignCertificate() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        _ = try await client.ready(["a.acme.test"])
        let secret = try await server.ca.challenge(covers: ["a.acme.test"])
        let request = server.ca.issuanceRequest(
            try await TestCA.request(try .generate(.p256), commonName: "a.acme.test"), credentials: [ChallengeCredential(secret: secret)])
        guard case .released(let issuance) = try await server.ca.services.pipeline.process(request) else {
            Issue.record("held")
            return
        }
        let payload: [String: Any] = ["certificate": Base64URL.encode(issuance.certificate.der), "reason": 4]
        #expect(try await client.post(ACMETestClient.url("revoke-cert"), payload).problem == "unauthorized")
    }
}
