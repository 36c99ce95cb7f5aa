import Foundation
import TestSupport
import Testing

@Suite("SCEP clients before, during and after a rollover", .timeLimit(.minutes(5)))
struct SCEPRolloverTests {
    private func get(_ operation: String, _ server: MusterServer, to file: String) async throws -> Int {
        let answer = try await Command.run(
            "curl", ["-sS", "-o", file, "-w", "%{http_code}", "\(server.httpURL)/scep/default?operation=\(operation)"]
        ).checked()
        return Int(answer.text) ?? 0
    }

    @Test(
        "GetNextCACert is announced and signed by the present CA; strongSwan gets a shadow certificate through the next RA, goes on with the present one, and renews after the change"
    )
    func rollover() async throws {
        let server = try await MusterServer.started()
        let folder = try TemporaryDirectory()
        let endpoint = try server.facts.endpoint("scep")
        let present = try folder.write("present.pem", try await server.muster("ca", "show", "issuing").checked().stdout)
        #expect(try await get("GetNextCACert", server, to: folder.path("none")) == 404)
        let client = try StrongSwan()
        try await client.fetchSCEPCertificates(endpoint.url)

        try await server.muster("ca", "rollover", "prepare", "issuing").checked()
        #expect(try await get("GetCACaps", server, to: folder.path("caps")) == 200)
        #expect(try folder.text("caps").contains("\nGetNextCACert\n"))
        #expect(try await get("GetNextCACert", server, to: folder.path("next.der")) == 200)
        // The present CA's signature, and inside of it the next certificates; the chain is of CAs, so any purpose will do.
        try await Command.run(
            "openssl",
            [
                "cms", "-verify", "-inform", "DER", "-binary", "-in", folder.path("next.der"), "-CAfile", server.root, "-certfile", present,
                "-purpose", "any", "-out", folder.path("inner.der"),
            ]
        ).checked()
        let next = try await OpenSSL.certificates(inside: folder.path("inner.der"), to: folder, as: "next")
        #expect(next.count == 3)
        let (ra, issuer) = (try #require(next.first), try #require(next.dropFirst().first))
        #expect(try await Command.run("openssl", ["verify", "-CAfile", server.root, "-untrusted", issuer, ra]).succeeded)

        // The present CA goes on for whoever does not ask.
        let key = try await OpenSSL.key(.rsa2048, folder.path("key.pem"))
        let enrolled = try await client.enrollBySCEP(endpoint.url, key: key, name: "present.test", challenge: endpoint.challenge)
        let first = try folder.write("first.pem", try enrolled.checked().stdout)
        #expect(try await Command.run("openssl", ["verify", "-CAfile", server.root, "-untrusted", present, first]).succeeded)

        // The shadow certificate: the old certificate signs, the next RA opens, the next CA issues.
        try client.folder.write("ca-9.pem", try String(contentsOfFile: issuer, encoding: .utf8))
        let other = try await OpenSSL.key(.rsa2048, folder.path("other.pem"))
        let refused = try await client.enrollBySCEP(
            endpoint.url, key: other, name: "present.test", challenge: "wrong", encryption: ra, signing: ra)
        #expect(!refused.succeeded && refused.errorText.contains("badRequest"), "who was asked signs refusals too")
        let shadowed = try await client.enrollBySCEP(
            endpoint.url, key: other, name: "present.test", encryption: ra, signing: ra, options: ["--cert", first, "--key", key])
        let shadow = try folder.write("shadow.pem", try shadowed.checked().stdout)
        #expect(try await Command.run("openssl", ["verify", "-CAfile", server.root, "-untrusted", issuer, shadow]).succeeded)
        #expect(try await !Command.run("openssl", ["verify", "-CAfile", server.root, "-untrusted", present, shadow]).succeeded)

        // After the change: what was fetched before still reaches the server, and the shadow certificate renews.
        try await server.muster("ca", "rollover", "activate", "issuing").checked()
        #expect(try await get("GetNextCACert", server, to: folder.path("none")) == 404)
        let last = try await OpenSSL.key(.rsa2048, folder.path("last.pem"))
        let renewed = try await client.enrollBySCEP(
            endpoint.url, key: last, name: "present.test", options: ["--cert", shadow, "--key", other])
        let third = try folder.write("third.pem", try renewed.checked().stdout)
        #expect(try await Command.run("openssl", ["verify", "-CAfile", server.root, "-untrusted", issuer, third]).succeeded)
        #expect(try await server.stop() == 0)
    }
}
