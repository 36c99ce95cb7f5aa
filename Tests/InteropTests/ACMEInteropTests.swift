import Foundation
import TestSupport
import Testing

extension InteropTests {
    @Suite("ACME")
    struct ACME {
        let server: MusterServer
        let folder: TemporaryDirectory

        init() throws {
            server = try OneServer.current
            folder = try TemporaryDirectory()
        }

        private func certbot(_ arguments: [String]) async throws {
            let endpoint = try server.facts.endpoint("acme")
            let folders = ["--config-dir", folder.path("config"), "--work-dir", folder.path("work"), "--logs-dir", folder.path("logs")]
            try await http01Port.hold {
                try await Command.run(
                    "certbot", arguments + ["--server", endpoint.url, "--non-interactive"] + folders,
                    environment: ["REQUESTS_CA_BUNDLE": server.root], timeout: .seconds(120)
                ).checked()
            }
        }

        @Test("certbot gets a certificate for two names by http-01, renews it and revokes it")
        func certbot() async throws {
            let listen = ["--standalone", "--http-01-port", "\(server.ports.acmeHTTP)", "--http-01-address", "127.0.0.1"]
            let account = ["--agree-tos", "-m", "a@example.com"]
            try await certbot(["certonly", "-d", "a.acme.test", "-d", "b.acme.test"] + listen + account)
            let certificate = folder.path("config/live/a.acme.test/cert.pem")
            try await OpenSSL.verify(certificate, of: server, "-purpose", "sslserver").checked()
            let names = try await OpenSSL.field("-ext", "subjectAltName", of: certificate)
            #expect(names.contains("DNS:a.acme.test") && names.contains("DNS:b.acme.test"))

            let first = try await OpenSSL.serial(certificate)
            try await certbot(["renew", "--force-renewal", "--no-random-sleep-on-renew"])
            #expect(try await OpenSSL.serial(certificate) != first)

            try await certbot(["revoke", "--cert-name", "a.acme.test", "--reason", "superseded", "--no-delete-after-revoke"])
            #expect(try await Revocation(server).ocsp(certificate).contains("revoked"))
        }

        @Test("lego gets a certificate by http-01, renews it and revokes it")
        func lego() async throws {
            let lego = try Lego(server)
            try await lego.run("-d", "lego.acme.test", "run")
            let certificate = lego.folder.path("certificates/lego.acme.test.crt")
            try await OpenSSL.verify(certificate, of: server, "-purpose", "sslserver").checked()
            let first = try await OpenSSL.serial(certificate)
            try await lego.run("-d", "lego.acme.test", "renew", "--days", "9999", "--no-random-sleep")
            #expect(try await OpenSSL.serial(certificate) != first)
            let kept = try folder.write("kept.pem", try lego.certificate("lego.acme.test"))
            try await lego.run("-d", "lego.acme.test", "revoke")
            #expect(try await Revocation(server).ocsp(kept).contains("revoked"))
        }

        @Test("A name whose challenge nobody answers gets no certificate")
        func unanswered() async throws {
            let elsewhere = FreePorts.take()
            let endpoint = try server.facts.endpoint("acme")
            let result = try await http01Port.hold {
                try await Command.run(
                    "lego",
                    [
                        "--path", folder.path, "--accept-tos", "--email", "a@example.com", "--server", endpoint.url, "--http",
                        "--http.port",
                        "127.0.0.1:\(elsewhere)", "-d", "nobody.acme.test", "run",
                    ], environment: ["LEGO_CA_CERTIFICATES": server.root])
            }
            #expect(!result.succeeded)
            #expect(result.errorText.contains("urn:ietf:params:acme:error:connection"))
        }
    }
}
