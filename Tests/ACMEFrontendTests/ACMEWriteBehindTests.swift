import ACMEWire
import PKIFormats
import SigningKeys
import TestSupport
import Testing

/// What a crash may take of an order (docs/adr/0017-write-behind.md), and that nothing rests on it.
@Suite("ACME: what is written behind")
struct ACMEWriteBehindTests {
    /// A client that has ordered before: an account's first order is waited for.
    private static func made() async throws -> (ForgetfulDatabase, ACMETestServer, ACMETestClient) {
        var made: ForgetfulDatabase?
        let server = try await ACMETestServer.on {
            let database = ForgetfulDatabase($0)
            made = database
            return database
        }
        let client = try await ACMETestClient.registered(at: server, key: .fresh())
        _ = try await client.enroll(["first.acme.test"], key: try .generate(.p256))
        return (try #require(made), server, client)
    }

    @Test("An order that was lost is not known any more, and the client makes another")
    func lostOrder() async throws {
        let (database, server, client) = try await Self.made()
        database.forget(true)
        let order = try await client.order(["a.acme.test"])
        #expect(order.status == 201)
        #expect(try await client.get(order.location).status == 404)
        for url in order.list("authorizations") { #expect(try await client.get(url).status == 404) }
        let csr = try await TestCA.request(try .generate(.p256), commonName: nil, names: [.dns("a.acme.test")])
        #expect(try await client.finalize(order, csr).status == 404)
        #expect(try await server.transactions().count { try $0.text("outcome") == "released" } == 1)

        database.forget(false)
        #expect(try await client.enroll(["a.acme.test"], key: try .generate(.p256)).count == 2)
    }

    @Test("A success that was lost proves nothing, and is earned anew")
    func lostSuccess() async throws {
        let (database, _, client) = try await Self.made()
        let order = try await client.order(["a.acme.test"])
        let authorization = try #require(order.list("authorizations").first)
        let challenge = try client.challenge(of: try await client.get(authorization))
        let token = challenge["token"] ?? ""
        client.server.publish("\(token).\(client.key.thumbprint)", at: "http://a.acme.test:5002/.well-known/acme-challenge/\(token)")
        database.forget(true)
        #expect(try await client.post(challenge["url"] ?? "", [String: String]()).text("status") == "pending")
        let csr = try await TestCA.request(try .generate(.p256), commonName: nil, names: [.dns("a.acme.test")])
        #expect(try await client.finalize(order, csr).problem == "orderNotReady")

        database.forget(false)
        #expect(try await client.post(challenge["url"] ?? "", [String: String]()).text("status") == "valid")
        #expect(try await client.finalize(order, csr).text("status") == "valid")
    }
}
