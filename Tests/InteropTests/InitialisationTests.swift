import Foundation
import TestSupport
import Testing

@Suite("What init makes", .timeLimit(.minutes(5)))
struct InitialisationTests {
    private static let passphrase = ["MUSTER_PASSPHRASE": "correct horse battery staple"]

    @Test("Outside the lab no secret lies in the clear, and the server needs the passphrase but not the root's key")
    func productive() async throws {
        let server = try await MusterServer.initialised(isLab: false, environment: Self.passphrase)
        let secrets =
            server.facts.endpoints.flatMap { [$0.challenge, $0.password] }.compactMap { $0 } + Array(Self.passphrase.values) + [
                "PRIVATE KEY-----"
            ]
        #expect(secrets.count >= 4, "init prints the first credentials")
        for path in try FileManager.default.subpathsOfDirectory(atPath: server.data) where try isFile(server.data + "/" + path) {
            let data = try Data(contentsOf: URL(fileURLWithPath: server.data + "/" + path))
            let text = String(decoding: data, as: UTF8.self).replacingOccurrences(of: "ENCRYPTED PRIVATE KEY", with: "")
            for secret in secrets { #expect(!text.contains(secret), "\(path) holds a secret in the clear") }
            if path.hasPrefix("keys/") { #expect(String(decoding: data, as: UTF8.self).hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----")) }
        }

        let refused = try await server.muster("serve")
        #expect(!refused.succeeded, "without a passphrase")
        try FileManager.default.removeItem(atPath: server.data + "/keys/root.pem")
        try await server.start(environment: Self.passphrase)
        let folder = try TemporaryDirectory()
        let key = try await OpenSSL.key(.p256, folder.path("key.pem"))
        let request = try await OpenSSL.request(key: key, name: "device-1", folder.path("request.pem"))
        let certificate = try folder.write("certificate.pem", try await ESTClient(server).enroll(request, in: folder))
        try await OpenSSL.verify(certificate, of: server, "-purpose", "sslclient").checked()
        for secret in secrets { #expect(!server.log.contains(secret), "serve prints a secret") }
        #expect(try await server.stop() == 0)
    }

    @Test("The passphrase of the keys is taken from a file, or typed at a terminal that does not show it, a new one twice")
    func passphraseSources() async throws {
        let folder = try TemporaryDirectory()
        let passphrase = Self.passphrase["MUSTER_PASSPHRASE"] ?? ""
        let (data, file) = (folder.path("data"), try folder.write("passphrase", passphrase + "\n"))
        func typed(_ text: String, _ command: String...) async throws -> CommandResult {
            let script = Repository.file("Tests/InteropTests/at-terminal.py")
            return try await Command.run(
                Repository.python, [script, MusterServer.binary] + command + ["--dir", data], environment: ["TYPED": text])
        }
        let short = try await typed("too short", "init")
        #expect(!short.succeeded && short.text.contains("12 characters or more"))
        let made = try await typed(passphrase, "init", "--http", "127.0.0.1:1", "--https", "127.0.0.1:2", "--est", "127.0.0.1:3").checked()
        #expect(made.text.contains("New passphrase") && made.text.contains("The same again") && !made.text.contains(passphrase))
        let decrypted = "the key issuing can be decrypted and belongs to its certificate"
        #expect(try await typed(passphrase, "doctor").text.contains(decrypted))
        #expect(try await typed(passphrase.uppercased(), "doctor").text.contains("wrong passphrase"))
        let doctor = ["doctor", "--dir", data]
        #expect(try await Command.run(MusterServer.binary, doctor + ["--passphrase-file", file]).text.contains(decrypted))
        #expect(try await Command.run(MusterServer.binary, doctor, environment: ["MUSTER_PASSPHRASE_FILE": file]).text.contains(decrypted))
    }

    @Test("The larger kinds of CA key make a CA that issues", arguments: ["p384", "p521", "ed25519", "rsa3072", "rsa4096"])
    func keyKinds(_ kind: String) async throws {
        let server = try await MusterServer.initialised(["--ca-key", kind, "--name", "Kind \(kind)"])
        let folder = try TemporaryDirectory()
        let key = try await OpenSSL.key(.p256, folder.path("key.pem"))
        let request = try await OpenSSL.request(key: key, name: "\(kind).device.test", folder.path("request.pem"))
        let issued = try await server.muster("issue", "--csr", request, "--template", "device-8021x").checked()
        let certificate = try folder.write("certificate.pem", issued.stdout)
        try await OpenSSL.verify(certificate, of: server, "-purpose", "sslclient").checked()
        #expect(try await OpenSSL.field("-subject", of: server.root).contains("Kind \(kind)"))
    }

    @Test("A CA with ML-DSA keys serves; another implementation verifies its certificates and its CRL", arguments: ["mldsa65", "mldsa87"])
    func lattice(_ kind: String) async throws {
        let server = try await MusterServer.started(["--ca-key", kind])
        let folder = try TemporaryDirectory()
        let key = try await OpenSSL.key(.p256, folder.path("key.pem"))
        let request = try await OpenSSL.request(key: key, name: "\(kind).device.test", folder.path("request.pem"))
        let issued = try await server.muster("issue", "--csr", request, "--template", "device-8021x").checked()
        let certificate = try folder.write("certificate.pem", issued.stdout)
        // OpenSSL 3.0 reads the certificate, but does not know the signature: it tells where the CRL is.
        let url = try #require(
            try await OpenSSL.field("-ext", "crlDistributionPoints", of: certificate).split(separator: "URI:").last.map(String.init))
        try await Command.run("curl", ["--silent", "--fail", "--output", folder.path("crl.der"), url]).checked()
        try await Command.run(
            Repository.python,
            [
                "-c",
                """
                import sys
                from cryptography import x509
                def certificates(path):
                    return x509.load_pem_x509_certificates(open(path, "rb").read())
                root = certificates(sys.argv[1])[0]
                issuing = certificates(sys.argv[2])[0]
                leaf = certificates(sys.argv[3])[0]
                crl = x509.load_der_x509_crl(open(sys.argv[4], "rb").read())
                root.public_key().verify(root.signature, root.tbs_certificate_bytes)
                root.public_key().verify(issuing.signature, issuing.tbs_certificate_bytes)
                issuing.public_key().verify(leaf.signature, leaf.tbs_certificate_bytes)
                issuing.public_key().verify(crl.signature, crl.tbs_certlist_bytes)
                assert leaf.signature_algorithm_oid.dotted_string.startswith("2.16.840.1.101.3.4.3.1")
                """, server.root, server.chain, certificate, folder.path("crl.der"),
            ]
        ).checked()
        try await server.muster("doctor").checked()
        #expect(try await server.stop() == 0)
    }

    @Test("doctor says by its exit status that something is wrong")
    func doctor() async throws {
        let server = try await MusterServer.started()
        try await server.muster("doctor").checked()
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: server.data + "/muster.db")
        let report = try await server.muster("doctor")
        #expect(report.status == 1)
        #expect(report.text.contains("muster.db is open to others"))
        #expect(try await server.stop() == 0)
    }

    @Test("A TLS certificate from elsewhere is shown, and its successor without a restart")
    func ownTLSCertificate() async throws {
        let server = try await MusterServer.initialised()
        let file = server.data + "/muster.yaml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let tls = "tls:\n  https:\n    certificate: shown.pem\n    key: shown.key\n"
        try (text.contains("tls: {}\n") ? text.replacingOccurrences(of: "tls: {}\n", with: tls) : text + tls)
            .write(toFile: file, atomically: true, encoding: .utf8)

        try await selfSigned("first.test", in: server.data)
        try await server.start()
        #expect(try await shown(server).contains("first.test"))
        try await selfSigned("second.test", in: server.data)
        let deadline = ContinuousClock.now + .seconds(30)
        while try await !shown(server).contains("second.test"), ContinuousClock.now < deadline { try await Task.sleep(for: .seconds(1)) }
        #expect(try await shown(server).contains("second.test"))
        #expect(try await server.stop() == 0)
    }

    private func selfSigned(_ name: String, in folder: String) async throws {
        try await Command.run(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "shown.key", "-out",
                "shown.pem",
                "-subj", "/CN=\(name)", "-addext", "subjectAltName=DNS:localhost", "-days", "2",
            ], in: folder
        ).checked()
    }

    /// The subject of the certificate that the HTTPS listener shows.
    private func shown(_ server: MusterServer) async throws -> String {
        let session = try await Command.run(
            "openssl", ["s_client", "-connect", "localhost:\(server.ports.https)", "-servername", "localhost"])
        return try await Command.run("openssl", ["x509", "-noout", "-subject"], input: session.stdout).checked().text
    }

    private func isFile(_ path: String) throws -> Bool {
        try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType == .typeRegular
    }
}
