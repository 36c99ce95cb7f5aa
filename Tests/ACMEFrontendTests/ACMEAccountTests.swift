import ACMEFrontend
import ACMEWire
import Crypto
import Foundation
import Persistence
import Testing

@Suite("ACME accounts")
struct ACMEAccountTests {
    private let newAccount = ACMETestClient.url("new-account")

    @Test("A key registers once; later requests find its account and change nothing")
    func once() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        let again = try await client.post(newAccount, ["contact": ["mailto:b@example.com"]], withJWK: true)
        #expect(again.status == 200 && again.location == client.account && again.list("contact") == ["mailto:a@example.com"])
        let found = try await client.post(newAccount, ["onlyReturnExisting": true], withJWK: true)
        #expect(found.status == 200 && found.location == client.account)
        let other = try await ACMETestClient(server).post(newAccount, ["onlyReturnExisting": true], withJWK: true)
        #expect(other.status == 400 && other.problem == "accountDoesNotExist")
    }

    @Test("Many registrations of one key at a time make one account")
    func race() async throws {
        let server = try await ACMETestServer()
        let client = ACMETestClient(server)
        let answers = try await withThrowingTaskGroup(of: ACMETestServer.Answer.self) { group in
            for _ in 0..<8 {
                group.addTask { try await client.post(ACMETestClient.url("new-account"), ["termsOfServiceAgreed": true], withJWK: true) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(answers.filter { $0.status == 201 }.count == 1)
        #expect(answers.allSatisfy { $0.status <= 201 } && Set(answers.map(\.location)).count == 1)
    }

    @Test("Terms must be agreed to, and contacts must be single mailto addresses")
    func conditions() async throws {
        let server = try await ACMETestServer()
        let client = ACMETestClient(server)
        let disagreed = try await client.post(newAccount, [String: String](), withJWK: true)
        #expect(disagreed.status == 403 && disagreed.problem == "userActionRequired")
        #expect(disagreed.links.contains("<\(ACMETestClient.url("terms"))>;rel=\"terms-of-service\""))
        func contact(_ text: String) async throws -> String {
            try await client.post(newAccount, ["termsOfServiceAgreed": true, "contact": [text]], withJWK: true).problem
        }
        #expect(try await contact("tel:+12025551212") == "unsupportedContact")
        for text in ["a@example.com", "mailto:a@b,c@d", "mailto:a@b?subject=x", "mailto:", "mailto:@b"] {
            #expect(try await contact(text) == "invalidContact", "\(text)")
        }
    }

    @Test("One address makes a bounded number of accounts at once; existing ones are not affected")
    func rate() async throws {
        let server = try await ACMETestServer { $0.registrationBurst = 2 }
        let client = try await ACMETestClient.registered(at: server)
        _ = try await ACMETestClient.registered(at: server)
        let limited = try await ACMETestClient(server).post(newAccount, ["termsOfServiceAgreed": true], withJWK: true)
        #expect(limited.status == 429 && limited.problem == "rateLimited" && limited.headers[.retryAfter] != nil)
        #expect(try await client.post(newAccount, ["termsOfServiceAgreed": true], withJWK: true).status == 200)
        server.ca.clock.advance(by: 2)
        _ = try await ACMETestClient.registered(at: server)
    }

    @Test("Contacts can be replaced; other members of an update are ignored")
    func update() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        let changed = try await client.post(client.account, ["contact": [String](), "termsOfServiceAgreed": false, "orders": "x"])
        #expect(changed.status == 200 && changed.list("contact").isEmpty && changed.json["termsOfServiceAgreed"] as? Bool == true)
        #expect(try await client.get(client.account).list("contact").isEmpty)
    }

    @Test("A deactivated account is refused everywhere, its orders die, and its key registers nothing more")
    func deactivate() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        _ = try await client.order(["a.acme.test"])
        let gone = try await client.post(client.account, ["status": "deactivated"])
        #expect(gone.status == 200 && gone.text("status") == "deactivated")
        for answer in [try await client.get(client.account), try await client.order(["b.acme.test"])] {
            #expect(answer.status == 401 && answer.problem == "unauthorized")
        }
        let reborn = try await client.post(newAccount, ["termsOfServiceAgreed": true], withJWK: true)
        #expect(reborn.status == 401 && reborn.problem == "unauthorized")
        let rows = try await server.ca.services.database.read("SELECT status FROM acme_orders", [])
        #expect(try rows.map { try $0.text("status") } == ["invalid"])
    }

    @Test("A key change needs both keys' signatures and moves the account to the new key")
    func keyChange() async throws {
        let server = try await ACMETestServer()
        let client = try await ACMETestClient.registered(at: server)
        let next = ACMETestKey.p384(P384.Signing.PrivateKey())
        let url = ACMETestClient.url("key-change")
        func inner(
            _ key: ACMETestKey, signer: ACMETestKey? = nil, url: String = url, account: String? = nil, old: ACMETestKey? = nil,
            nonce: String? = nil
        )
            async throws -> Any
        {
            let payload: [String: Any] = ["account": account ?? client.account, "oldKey": (old ?? client.key).jwk]
            let jws = try await client.jws(
                ["jwk": key.jwk, "url": url, "nonce": nonce, "alg": key.algorithm],
                payload: JSONSerialization.data(withJSONObject: payload),
                signer: signer ?? key)
            return try JSONSerialization.jsonObject(with: jws)
        }
        let wrong: [Any] = [
            try await inner(next, signer: client.key), try await inner(next, url: "\(url)x"),
            try await inner(next, account: "\(client.account)0"),
            try await inner(next, old: next), try await inner(next, nonce: "AAAA"), try await inner(client.key), ["protected": "x"],
        ]
        for payload in wrong { #expect(try await client.post(url, payload).status == 400) }
        let other = try await ACMETestClient.registered(at: server)
        let taken = try await client.post(url, try await inner(other.key))
        #expect(taken.status == 409 && taken.location == other.account)

        #expect(try await client.post(url, try await inner(next)).status == 200)
        #expect(try await client.get(client.account).status == 400)
        var moved = ACMETestClient(server, key: next)
        moved.account = client.account
        #expect(try await moved.get(client.account).status == 200)
    }
}
