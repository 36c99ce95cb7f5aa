import Foundation
import TestSupport
import Testing

@Suite("A policy is tried on a running server", .oneServer, .timeLimit(.minutes(3)))
struct PolicyTestTests {
    @Test("The verdict, the rules and the certificate to be signed are shown; nothing is issued")
    func rehearse() async throws {
        let server = try OneServer.current
        let folder = try TemporaryDirectory()
        let key = try await OpenSSL.key(.p256, folder.path("key.pem"))
        let request = try await OpenSSL.request(key: key, name: "tried.device.test", folder.path("tried.csr"))
        let tried = try await server.muster(
            "policy", "test", "--endpoint", "scep-default", "--csr", request, "--as", "challenge=*.device.test", "--json"
        )
        .checked()
        let reply = try JSON(tried.stdout)
        #expect(reply["verdict"]?.string == "issue" && reply["template"]?.string == "device-8021x")
        // What would be signed is a TBSCertificate to others too.
        let hex = try #require(reply["toBeSigned"]?.string)
        let bytes = stride(from: 0, to: hex.count, by: 2).compactMap { UInt8(hex.dropFirst($0).prefix(2), radix: 16) }
        let dump = try await Command.run("openssl", ["asn1parse", "-inform", "DER"], input: bytes).checked().text
        #expect(dump.contains("tried.device.test") && dump.contains("X509v3 Authority Key Identifier"))

        let text = try await server.muster("policy", "test", "--endpoint", "scep-default", "--csr", request).checked().text
        #expect(text.contains("Verdict: refuse") && text.contains("not proved: knowsChallenge"))
        #expect(try await !server.muster("policy", "test", "--endpoint", "nowhere", "--csr", request).succeeded)
        #expect(try await !server.muster("list", "--json").checked().text.contains("tried.device.test"))
        #expect(try await !server.muster("transactions", "--json").checked().text.contains("tried.device.test"))
    }
}
