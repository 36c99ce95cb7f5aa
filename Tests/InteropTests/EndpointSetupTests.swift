import Foundation
import TestSupport
import Testing

extension InteropTests {
    @Suite("What endpoint setup prints")
    struct EndpointSetup {
        private let server: MusterServer
        private let folder: TemporaryDirectory

        init() throws {
            server = try OneServer.current
            folder = try TemporaryDirectory()
        }

        private struct Facts: Decodable {
            let url: String
            let adminURL: String
            let challenge: String?
            let username: String?
            let password: String?
            let pkcs12Passphrase: String?
            let commands: String?
            let limits: [String]
        }

        private func setup(_ target: String, _ options: String...) async throws -> Facts {
            let answer = try await server.muster(
                ["endpoint", "setup", "scep-default", "--for", target, "--json", "--output", folder.path("out")] + options
            ).checked()
            return try JSONDecoder().decode(Facts.self, from: Data(answer.stdout))
        }

        @Test("strongSwan and certmonger enroll by the commands as they are printed", arguments: ["strongswan", "certmonger"])
        func commandsWork(_ target: String) async throws {
            let facts = try await setup(target, "--device", "setup-\(target).test")
            let commands = try #require(facts.commands)
            let result = try await Command.run("bash", ["-e", "-c", commands], in: folder.path, timeout: .seconds(180))
            #expect(result.succeeded, "\(result.text)\n\(result.errorText)")
            let subject = try await OpenSSL.field("-subject", of: folder.path("cert.pem"))
            #expect(subject == "subject=CN = setup-\(target).test")
        }

        @Test("Jamf gets a profile that an Apple device can read, and a PKCS #12 file whose certificate is registered as a signer")
        func jamf() async throws {
            let facts = try await setup("jamf", "--names", "device-*", "--signer")
            let script = """
                import hashlib, plistlib, ssl, sys
                profile = plistlib.load(open(sys.argv[1], 'rb'))
                payloads = {entry['PayloadType']: entry for entry in profile['PayloadContent']}
                scep = payloads['com.apple.security.scep']['PayloadContent']
                assert profile['PayloadType'] == 'Configuration' and profile['PayloadVersion'] == 1
                assert payloads['com.apple.security.root']['PayloadContent'][0] == 0x30
                root = ssl.PEM_cert_to_DER_cert(open(sys.argv[2]).read())
                assert scep['CAFingerprint'] == hashlib.sha1(root).digest() and payloads['com.apple.security.root']['PayloadContent'] == root
                print(scep['URL'], scep['Challenge'], scep['Keysize'], scep['Subject'][0][0][1])
                """
            let read = try await Command.run("/usr/bin/python3", ["-c", script, folder.path("out/scep.mobileconfig"), server.root])
                .checked()
            #expect(read.text.trimmingCharacters(in: .whitespacesAndNewlines) == "\(facts.url) \(facts.challenge ?? "") 2048 $SERIALNUMBER")
            let opened = try await Command.run(
                "openssl",
                ["pkcs12", "-in", folder.path("out/signer.p12"), "-nodes", "-passin", "pass:\(facts.pkcs12Passphrase ?? "")"]
            ).checked()
            #expect(opened.text.components(separatedBy: "BEGIN CERTIFICATE").count == 4)
            #expect(opened.text.contains("BEGIN PRIVATE KEY"))
            #expect(try await server.muster("signer", "list").checked().text.contains("CN=scep-signer-jamf"))
            #expect(facts.limits.contains { $0.contains("No automatic renewal") })
        }

        @Test("An NDES client gets a user whose password opens the password page over TLS, and the password enrolls")
        func ndes() async throws {
            let facts = try await setup("ndes", "--names", "ndes-*.test")
            let page = try await Command.run(
                "curl",
                [
                    "-sSf", "--cacert", server.root, "-u", "\(facts.username ?? ""):\(facts.password ?? "")",
                    facts.adminURL,
                ]
            ).checked().text
            let match = try #require(try /challenge password is: <B> ([0-9A-F]{32}) <\/B>/.firstMatch(in: page))
            let client = try StrongSwan()
            try await client.fetchSCEPCertificates(facts.url)
            let key = try await OpenSSL.key(.rsa2048, folder.path("key.pem"))
            try await client.enrollBySCEP(facts.url, key: key, name: "ndes-1.test", challenge: String(match.1)).checked()
        }

        @Test(
            "The other targets are served too, and told what they cannot do",
            arguments: ["intune", "workspace-one", "cisco-ios", "kandji", "mosyle", "addigy", "meraki"])
        func otherTargets(_ target: String) async throws {
            let text = try await server.muster("endpoint", "setup", "scep-default", "--for", target, "--device", "device-1").checked().text
            #expect(text.contains("What it cannot do") && text.contains("/scep/default"))
        }

        @Test("Only SCEP endpoints are set up")
        func otherProtocols() async throws {
            #expect(try await !server.muster("endpoint", "setup", "est-default", "--for", "ndes", "--names", "a").succeeded)
        }
    }
}
