import TestSupport
import Testing

extension InteropTests {
    @Suite("SCEP")
    struct SCEP {
        let server: MusterServer
        let endpoint: InitFacts.Endpoint
        let folder: TemporaryDirectory

        init() throws {
            server = try OneServer.current
            endpoint = try server.facts.endpoint("scep")
            folder = try TemporaryDirectory()
        }

        @Test("strongSwan enrolls with the static challenge")
        func strongSwanWithStaticChallenge() async throws {
            let client = try StrongSwan()
            try await client.fetchSCEPCertificates(endpoint.url)
            let key = try await OpenSSL.key(.rsa2048, folder.path("key.pem"))
            let answer = try await client.enrollBySCEP(endpoint.url, key: key, name: "scep-1.device.test", challenge: endpoint.challenge)
            let certificate = try folder.write("certificate.pem", try answer.checked().stdout)
            try await OpenSSL.verify(certificate, of: server, "-purpose", "sslclient").checked()
            #expect(try await OpenSSL.field("-subject", of: certificate) == "subject=CN = scep-1.device.test")
            #expect(try await OpenSSL.field("-ext", "subjectAltName", of: certificate).contains("DNS:scep-1.device.test"))
        }

        @Test("A wrong and a missing challenge are refused", arguments: ["wrong-challenge", nil])
        func wrongChallenge(_ challenge: String?) async throws {
            let client = try StrongSwan()
            try await client.fetchSCEPCertificates(endpoint.url)
            let key = try await OpenSSL.key(.rsa2048, folder.path("key.pem"))
            let answer = try await client.enrollBySCEP(endpoint.url, key: key, name: "scep-2.device.test", challenge: challenge)
            #expect(!answer.succeeded)
            #expect(answer.stdout.isEmpty)
        }

        @Test("The challenge does not open the door to a name that it does not cover")
        func nameNotCovered() async throws {
            let client = try StrongSwan()
            try await client.fetchSCEPCertificates(endpoint.url)
            let key = try await OpenSSL.key(.rsa2048, folder.path("key.pem"))
            let answer = try await client.enrollBySCEP(endpoint.url, key: key, name: "www.example.com", challenge: endpoint.challenge)
            #expect(!answer.succeeded)
        }

        @Test("A one-time challenge serves one device, under the name that it is bound to")
        func oneTimeChallenge() async throws {
            let made = try await server.muster(
                "challenge", "new", "--endpoint", endpoint.name, "--ttl", "1h", "--bind-name", "once.device.test", "--json"
            ).checked()
            let challenge = try NewChallenge(json: made.stdout).challenge
            let client = try StrongSwan()
            try await client.fetchSCEPCertificates(endpoint.url)
            let key = try await OpenSSL.key(.rsa2048, folder.path("key.pem"))
            let other = try await OpenSSL.key(.rsa2048, folder.path("other.pem"))

            let elsewhere = try await client.enrollBySCEP(endpoint.url, key: other, name: "else.device.test", challenge: challenge)
            #expect(!elsewhere.succeeded, "the name is another")
            let first = try await client.enrollBySCEP(endpoint.url, key: key, name: "once.device.test", challenge: challenge)
            let certificate = try folder.write("certificate.pem", try first.checked().stdout)
            try await OpenSSL.verify(certificate, of: server).checked()
            let second = try await client.enrollBySCEP(endpoint.url, key: other, name: "once.device.test", challenge: challenge)
            #expect(!second.succeeded, "it is spent")
        }

        @Test("certmonger enrolls with the static challenge")
        func certmonger() async throws {
            let client = try Certmonger()
            let certificate = try await client.enroll(endpoint.url, name: "cm-1.device.test", challenge: endpoint.challenge ?? "")
            try await OpenSSL.verify(certificate, of: server, "-purpose", "sslclient").checked()
            #expect(try await OpenSSL.field("-subject", of: certificate) == "subject=CN = cm-1.device.test")
        }
    }
}
