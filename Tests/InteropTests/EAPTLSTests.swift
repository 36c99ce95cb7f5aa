import TestSupport
import Testing

extension InteropTests {
    @Suite("EAP-TLS with FreeRADIUS")
    struct EAPTLSTests {
        let server: MusterServer
        let folder: TemporaryDirectory

        init() throws {
            server = try OneServer.current
            folder = try TemporaryDirectory()
        }

        @Test("A certificate from each door logs in", arguments: Door.allCases)
        func login(_ door: Door) async throws {
            let name = "\(door.rawValue).eap.test"
            let key = try await OpenSSL.key(.rsa2048, folder.path("key.pem"))
            let certificate = try await door.enroll(server, key: key, name: name, in: folder)
            let radius = try await RadiusServer.started(server)
            let result = try await radius.login(certificate: certificate, key: key, chain: server.chain)
            #expect(result.succeeded, "\(radius.log)")
            #expect(result.text.contains("cn=\(name) serial=\(try await OpenSSL.serial(certificate))"))
            try await radius.stop()
        }

        @Test("A revoked certificate is turned away")
        func revoked() async throws {
            let key = try await OpenSSL.key(.rsa2048, folder.path("key.pem"))
            let certificate = try await Door.est.enroll(server, key: key, name: "revoked.eap.test", in: folder)
            try await Revocation(server).revoke(certificate, reason: "cessationOfOperation")
            let radius = try await RadiusServer.started(server)
            let result = try await radius.login(certificate: certificate, key: key, chain: server.chain)
            #expect(!result.succeeded)
            #expect(radius.log.contains("certificate revoked"))
            try await radius.stop()
        }

        @Test("With OCSP a certificate logs in until the moment in which it is put on hold, and again when it is released")
        func ocsp() async throws {
            let key = try await OpenSSL.key(.rsa2048, folder.path("key.pem"))
            let certificate = try await Door.est.enroll(server, key: key, name: "ocsp.eap.test", in: folder)
            let radius = try await RadiusServer.started(server, status: .ocsp)
            #expect(try await radius.login(certificate: certificate, key: key, chain: server.chain).succeeded, "\(radius.log)")
            try await Revocation(server).revoke(certificate, reason: "certificateHold")
            #expect(try await !radius.login(certificate: certificate, key: key, chain: server.chain).succeeded)
            #expect(radius.log.contains("Certificate has been revoked") || radius.log.contains("Cert status: revoked"), "\(radius.log)")
            try await server.muster("release", try await OpenSSL.serial(certificate)).checked()
            #expect(try await radius.login(certificate: certificate, key: key, chain: server.chain).succeeded, "\(radius.log)")
            try await radius.stop()
        }

        @Test("A renewed certificate logs in while the one before it is revoked")
        func renewed() async throws {
            let client = try ESTClient(server)
            let key = try await OpenSSL.key(.rsa2048, folder.path("key.pem"))
            let before = try await Door.est.enroll(server, key: key, name: "renewed.eap.test", in: folder)
            let request = try await OpenSSL.request(key: key, name: "renewed.eap.test", folder.path("renewal.csr"))
            let text = try await client.enroll("simplereenroll", request, in: folder, options: ["--cert", before, "--key", key])
            let renewed = try folder.write("renewed.pem", text)
            try await Revocation(server).revoke(before, reason: "superseded")
            let radius = try await RadiusServer.started(server)
            #expect(try await radius.login(certificate: renewed, key: key, chain: server.chain).succeeded, "\(radius.log)")
            #expect(try await !radius.login(certificate: before, key: key, chain: server.chain).succeeded)
            try await radius.stop()
        }

        @Test("A server's certificate, which is for no client, is turned away")
        func serverCertificate() async throws {
            let key = try await OpenSSL.key(.rsa2048, folder.path("key.pem"))
            let request = try await OpenSSL.request(key: key, name: "web.eap.test", template: "tls-server", folder.path("server.csr"))
            let certificate = try folder.write("server.pem", try await ESTClient(server).enroll(request, in: folder))
            let radius = try await RadiusServer.started(server)
            #expect(try await !radius.login(certificate: certificate, key: key, chain: server.chain).succeeded)
            #expect(radius.log.contains("unsuitable certificate purpose"))
            try await radius.stop()
        }

        @Test("A certificate of another CA is turned away")
        func anotherCA() async throws {
            let key = try await OpenSSL.key(.p256, folder.path("key.pem"))
            let certificate = folder.path("other.pem")
            try await Command.run(
                "openssl",
                [
                    "req", "-x509", "-new", "-key", key, "-subj", "/CN=other.eap.test", "-addext", "extendedKeyUsage=clientAuth", "-days",
                    "2",
                    "-out", certificate,
                ]
            ).checked()
            let radius = try await RadiusServer.started(server)
            let result = try await radius.login(certificate: certificate, key: key, chain: certificate)
            #expect(!result.succeeded)
            try await radius.stop()
        }
    }
}
