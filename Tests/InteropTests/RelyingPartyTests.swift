import TestSupport
import Testing

extension InteropTests {
    @Suite("Web servers that require client certificates")
    struct RelyingPartyTests {
        @Test("A certificate gets in, a revoked one and none do not", arguments: WebRelyingParty.Kind.allCases)
        func clientCertificates(_ kind: WebRelyingParty.Kind) async throws {
            let server = try OneServer.current
            let folder = try TemporaryDirectory()
            let key = try await OpenSSL.key(.p256, folder.path("key.pem"))
            func enroll(_ name: String) async throws -> String {
                let request = try await OpenSSL.request(key: key, name: name, template: "device-8021x", folder.path("\(name).csr"))
                return try folder.write("\(name).pem", try await ESTClient(server).enroll(request, in: folder))
            }
            let good = try await enroll("good.\(kind.rawValue).test")
            let revoked = try await enroll("revoked.\(kind.rawValue).test")
            try await Revocation(server).revoke(revoked, reason: "superseded")

            let party = try await WebRelyingParty.started(kind, server)
            let answer = try await party.ask(good, key: key, chain: server.chain).checked()
            #expect(answer.text.lowercased().contains("serial=\(try await OpenSSL.serial(good))"), "\(answer.text)")
            #expect(try await !party.ask(revoked, key: key, chain: server.chain).succeeded)
            #expect(try await !party.ask().succeeded)
            if kind == .nginx { #expect(party.log.contains("certificate revoked"), "\(party.log)") }
            try await party.stop()
        }
    }
}
