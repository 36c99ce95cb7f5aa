import Foundation
import TestSupport
import Testing

/// The server is killed between any two durable steps of one enrollment; the same client then asks a restarted server again.
@Suite("A kill between two steps loses and doubles nothing", .serialized, .timeLimit(.minutes(10)))
struct KillPointTests {
    private struct Listing: Decodable {
        struct Certificate: Decodable {
            let serial: String
            let subject: String
            let status: String
        }

        let certificates: [Certificate]
    }

    @Test(arguments: ["beforeRecord", "recorded", "signed", "completed", "released"])
    func oneRequestOneCertificate(_ checkpoint: String) async throws {
        let server = try await MusterServer.initialised()
        let endpoint = try server.facts.endpoint("scep")
        let name = "killed.device.test"
        let made = try await server.muster(
            "challenge", "new", "--endpoint", endpoint.name, "--ttl", "1h", "--bind-name", name, "--json"
        ).checked()
        let challenge = try NewChallenge(json: made.stdout).challenge
        let client = try StrongSwan()
        let key = try await OpenSSL.key(.rsa2048, client.folder.path("key.pem"))

        try await server.start(environment: ["MUSTER_KILL_AT": checkpoint])
        try await client.fetchSCEPCertificates(endpoint.url)
        let cutOff = try await client.enrollBySCEP(endpoint.url, key: key, name: name, challenge: challenge)
        #expect(!cutOff.succeeded && cutOff.stdout.isEmpty, "nothing was delivered")
        try await server.ended()

        // Restarted, the ledger knows of one certificate at most, and it is finished.
        try await server.start()
        let afterCrash = try await enrolled(server)
        #expect(afterCrash.count == (checkpoint == "beforeRecord" ? 0 : 1))
        #expect(afterCrash.allSatisfy { $0.status == "valid" })

        // The same request gets that certificate, as often as it asks, though its one-time challenge is spent.
        let first = try await client.enrollBySCEP(endpoint.url, key: key, name: name, challenge: challenge).checked().text
        let second = try await client.enrollBySCEP(endpoint.url, key: key, name: name, challenge: challenge).checked().text
        #expect(first == second)
        let certificate = try client.folder.write("certificate.pem", first)
        try await OpenSSL.verify(certificate, of: server).checked()
        let serial = try await OpenSSL.field("-serial", of: certificate).replacingOccurrences(of: "serial=", with: "").lowercased()
        #expect(try await enrolled(server).map(\.serial) == [serial])

        // Another request finds the challenge spent.
        let other = try await OpenSSL.key(.rsa2048, client.folder.path("other.pem"))
        let reuse = try await client.enrollBySCEP(endpoint.url, key: other, name: name, challenge: challenge)
        #expect(!reuse.succeeded)
        #expect(try await server.stop() == 0)
    }

    private func enrolled(_ server: MusterServer) async throws -> [Listing.Certificate] {
        let listed = try await server.muster("list", "--json").checked()
        return try JSONDecoder().decode(Listing.self, from: Data(listed.stdout)).certificates.filter {
            $0.subject == "CN=killed.device.test"
        }
    }
}
