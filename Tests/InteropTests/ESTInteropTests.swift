import Foundation
import TestSupport
import Testing

extension InteropTests {
    @Suite("EST")
    struct EST {
        let server: MusterServer
        let client: ESTClient
        let folder: TemporaryDirectory

        init() throws {
            server = try OneServer.current
            client = try ESTClient(server)
            folder = try TemporaryDirectory()
        }

        @Test("strongSwan fetches the CA's certificates, enrolls with a password and enrolls again with the certificate")
        func strongSwan() async throws {
            let pki = try StrongSwan()
            try await Command.run(
                "pki",
                [
                    "--estca", "--url", "https://localhost:\(server.ports.est)", "--cacert", server.root, "--caout", "ca.pem", "--outform",
                    "pem", "--force",
                ], in: pki.folder.path
            ).checked()
            #expect(FileManager.default.fileExists(atPath: pki.folder.path("ca.pem")))

            let key = try await OpenSSL.key(.p256, folder.path("key.pem"))
            let request = try await OpenSSL.request(key: key, name: "est-1.device.test", folder.path("request.pem"))
            let endpoint = try server.facts.endpoint("est")
            let user = "\(endpoint.username ?? ""):\(endpoint.password ?? "")"
            let first = try await pki.enrollByEST(server, request: request, options: ["--userpass", user]).checked()
            let certificate = try folder.write("certificate.pem", first.stdout)
            try await OpenSSL.verify(certificate, of: server, "-purpose", "sslclient").checked()

            let newKey = try await OpenSSL.key(.p256, folder.path("new-key.pem"))
            let newRequest = try await OpenSSL.request(key: newKey, name: "est-1.device.test", folder.path("new-request.pem"))
            let second = try await pki.enrollByEST(server, request: newRequest, options: ["--cert", certificate, "--key", key]).checked()
            let renewed = try folder.write("renewed.pem", second.stdout)
            try await OpenSSL.verify(renewed, of: server, "-purpose", "sslclient").checked()
            #expect(try await OpenSSL.serial(renewed) != OpenSSL.serial(certificate))
            #expect(try await OpenSSL.field("-subject", of: renewed) == OpenSSL.field("-subject", of: certificate))
        }

        @Test(
            "curl enrolls with HTTP Basic, then with the certificate by simpleenroll and by simplereenroll",
            arguments: OpenSSL.KeyKind.allCases)
        func curl(_ kind: OpenSSL.KeyKind) async throws {
            let name = "est-\(kind.rawValue).device.test"
            let key = try await OpenSSL.key(kind, folder.path("key.pem"))
            let request = try await OpenSSL.request(key: key, name: name, folder.path("request.pem"))
            let certificate = try folder.write("certificate.pem", try await client.enroll(request, in: folder))
            try await OpenSSL.verify(certificate, of: server, "-purpose", "sslclient").checked()

            let identity = ["--cert", certificate, "--key", key]
            for operation in ["simpleenroll", "simplereenroll"] {
                let text = try await client.enroll(operation, request, in: folder, options: identity)
                let again = try folder.write("\(operation).pem", text)
                try await OpenSSL.verify(again, of: server, "-purpose", "sslclient").checked()
                #expect(try await OpenSSL.field("-pubkey", of: again) == OpenSSL.field("-pubkey", of: certificate))
            }
        }

        @Test("cacerts leads to the root that init printed")
        func cacerts() async throws {
            let answer = try await client.send("cacerts", options: [])
            #expect(answer.status == 200)
            let bundle = try folder.write("bundle.pem", try await client.certificates(answer.body))
            let all = try String(contentsOfFile: bundle, encoding: .utf8).components(separatedBy: "-----BEGIN CERTIFICATE-----").dropFirst()
            var fingerprints: [String] = []
            for pem in all {
                let one = try folder.write("one.pem", "-----BEGIN CERTIFICATE-----" + pem)
                let text = try await OpenSSL.field("-fingerprint", "-sha256", of: one)
                fingerprints.append(
                    text.split(separator: "=").last.map(String.init)?.replacingOccurrences(of: ":", with: "").lowercased() ?? "")
            }
            let root = server.facts.ca.rootSHA256.replacingOccurrences(of: ":", with: "").lowercased()
            #expect(fingerprints.contains(root))
        }

        @Test("A wrong password, and no credential at all, get 401 with a challenge to authenticate")
        func wrongPassword() async throws {
            let key = try await OpenSSL.key(.p256, folder.path("key.pem"))
            let request = try await OpenSSL.request(key: key, name: "est-2.device.test", folder.path("request.pem"))
            let body = try await client.base64(request, in: folder)
            for credentials in [["--user", "nobody:wrong"], []] {
                let answer = try await client.send("simpleenroll", body: body, options: credentials + ["--include"])
                #expect(answer.status == 401)
                #expect(answer.body.lowercased().contains("www-authenticate: basic"))
            }
        }

        @Test("A certificate renews its own names only")
        func anotherName() async throws {
            let key = try await OpenSSL.key(.p256, folder.path("key.pem"))
            let request = try await OpenSSL.request(key: key, name: "est-3.device.test", folder.path("request.pem"))
            let certificate = try folder.write("certificate.pem", try await client.enroll(request, in: folder))
            let stranger = try await OpenSSL.request(key: key, name: "est-4.device.test", folder.path("stranger.pem"))
            let body = try await client.base64(stranger, in: folder)
            let answer = try await client.send("simplereenroll", body: body, options: ["--cert", certificate, "--key", key])
            #expect((400..<500).contains(answer.status))
        }

        @Test(
            "A key of Debian's predictable random numbers, as it was published, is refused by a server that was told of no list",
            arguments: ["rsa2048-le32-rnd-1000", "ecp256-be32-rnd-1000"])
        func debianWeakKey(_ key: String) async throws {
            let name = "\(key).device.test"
            let request = try await OpenSSL.request(
                key: Repository.file("Tests/Fixtures/debian-weak-keys/\(key).pem"), name: name, folder.path("request.pem"))
            let body = try await client.base64(request, in: folder)
            let answer = try await client.send("simpleenroll", body: body, options: client.basic)
            #expect(answer.status == 400)
            let transactions = try await server.muster("transactions", "--json", "--outcome", "refused", "--limit", "100").checked()
            let refused = try #require(
                try JSON(transactions.stdout)["transactions"]?.elements.first { $0["subject"]?.string?.contains(name) == true })
            #expect(refused["code"]?.string == "unacceptableKey")
            let story = try await server.muster("transaction", try #require(refused["id"]?.string)).checked().text
            #expect(story.contains("a known Debian weak key (CVE-2008-0166)"))
        }
    }
}
