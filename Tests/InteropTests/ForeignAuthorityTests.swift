import Foundation
import TestSupport
import Testing

@Suite("CAs that openssl made: a root above, and one that is taken over", .timeLimit(.minutes(8)))
struct ForeignAuthorityTests {
    private func openssl(_ arguments: String..., in folder: TemporaryDirectory) async throws {
        try await Command.run("openssl", arguments, in: folder.path).checked()
    }

    /// An `openssl ca` in a folder: self-signed, with an empty database.
    private func makeCA(_ folder: TemporaryDirectory) async throws {
        _ = try folder.write("index.txt", "")
        _ = try folder.write("serial", "1000\n")
        _ = try folder.write("crlnumber", "07\n")
        try FileManager.default.createDirectory(atPath: folder.path("newcerts"), withIntermediateDirectories: true)
        _ = try folder.write(
            "ca.cnf",
            """
            [ca]
            default_ca = own
            [own]
            dir = \(folder.path)
            database = $dir/index.txt
            new_certs_dir = $dir/newcerts
            certificate = $dir/ca.pem
            private_key = $dir/ca.key
            serial = $dir/serial
            crlnumber = $dir/crlnumber
            default_md = sha256
            default_days = 365
            default_crl_days = 30
            policy = any
            unique_subject = no
            crl_extensions = list
            [any]
            commonName = supplied
            [list]
            authorityKeyIdentifier = keyid
            [sub]
            basicConstraints = critical,CA:TRUE,pathlen:0
            keyUsage = critical,keyCertSign,cRLSign
            subjectKeyIdentifier = hash
            authorityKeyIdentifier = keyid
            [no-ca]
            basicConstraints = critical,CA:FALSE
            subjectKeyIdentifier = hash
            authorityKeyIdentifier = keyid
            [leaf]
            basicConstraints = CA:FALSE
            keyUsage = critical,digitalSignature
            extendedKeyUsage = clientAuth
            subjectKeyIdentifier = hash
            authorityKeyIdentifier = keyid
            """)
        try await openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "ca.key", "-out", "ca.pem",
            "-subj",
            "/O=Corp/CN=Corp Root", "-days", "3650", "-addext", "basicConstraints=critical,CA:TRUE", "-addext",
            "keyUsage=critical,keyCertSign,cRLSign", in: folder)
    }

    private func sign(_ request: String, as extensions: String, to file: String, in folder: TemporaryDirectory) async throws {
        try await openssl(
            "ca", "-config", "ca.cnf", "-batch", "-notext", "-in", request, "-out", file, "-extensions", extensions, in: folder)
    }

    @Test("An offline root signs the request of init; what does not fit is refused; its CRL is published")
    func offlineRoot() async throws {
        let folder = try TemporaryDirectory()
        try await makeCA(folder)
        let home = try TemporaryDirectory()
        let ports = FreePorts.take(3)
        let data = home.path("data")
        func muster(_ arguments: String...) async throws -> CommandResult {
            try await Command.run(MusterServer.binary, arguments + ["--dir", data])
        }
        try await muster(
            "init", "--lab", "--external-root", "--http", "127.0.0.1:\(ports[0])", "--https", "127.0.0.1:\(ports[1])", "--est",
            "127.0.0.1:\(ports[2])"
        ).checked()
        #expect(!FileManager.default.fileExists(atPath: data + "/keys/root.pem"))
        #expect(try await muster("serve").errorText.contains("ca import"), "it waits for its certificate")
        let request = data + "/issuing.csr"
        #expect(
            try await muster("ca", "csr", "issuing").checked().text.hasPrefix(
                try String(contentsOfFile: request, encoding: .utf8).prefix(300)))

        try await sign(request, as: "no-ca", to: "wrong.pem", in: folder)
        let refused = try await muster("ca", "import", "issuing", "--chain", folder.path("wrong.pem"))
        #expect(!refused.succeeded && refused.errorText.contains("basicConstraints"))
        try await sign(request, as: "sub", to: "issuing.pem", in: folder)
        let rootless = try await muster("ca", "import", "issuing", "--chain", folder.path("issuing.pem"))
        #expect(!rootless.succeeded && rootless.errorText.contains("must reach a root"))
        let chain = try folder.write("chain.pem", try folder.text("issuing.pem") + folder.text("ca.pem"))
        try await muster("ca", "import", "issuing", "--chain", chain).checked()
        try await openssl("ca", "-config", "ca.cnf", "-gencrl", "-out", "root.crl", in: folder)
        try await muster("crl", "import", folder.path("root.crl")).checked()
        #expect(try await !muster("crl", "import", folder.path("issuing.pem")).succeeded)

        let serving = try BackgroundProcess(
            MusterServer.binary, ["serve", "--dir", data, "--ready-file", home.path("ready")], environment: [:], log: home.path("log"))
        try await serving.wait(for: "ready") { FileManager.default.fileExists(atPath: home.path("ready")) }
        let key = try await OpenSSL.key(.p256, folder.path("leaf.key"))
        let csr = try await OpenSSL.request(key: key, name: "leaf.test", folder.path("leaf.csr"))
        let issued = try await muster("issue", "--csr", csr, "--template", "device-8021x").checked()
        let leaf = try folder.write("leaf.pem", issued.stdout)
        let bundle = folder.path("bundle.pem")
        try await Command.run(
            "curl", ["--silent", "--show-error", "--fail", "--output", bundle, "http://127.0.0.1:\(ports[0])/relying-party.pem"]
        ).checked()
        try await Command.run(
            "openssl",
            ["verify", "-x509_strict", "-CAfile", bundle, "-untrusted", folder.path("issuing.pem"), "-crl_check_all", leaf]
        ).checked()
        // The next generation comes the same way, while the server runs.
        let next = try folder.write("next.csr", try await muster("ca", "csr", "issuing").checked().stdout)
        try await sign(next, as: "sub", to: "next.pem", in: folder)
        try await muster("ca", "import", "issuing", "--chain", folder.path("next.pem")).checked()
        try await muster("ca", "rollover", "activate", "issuing").checked()
        let laterKey = try await OpenSSL.key(.p256, folder.path("later.key"))
        let laterCSR = try await OpenSSL.request(key: laterKey, name: "later.test", folder.path("later.csr"))
        let later = try await muster("issue", "--csr", laterCSR, "--template", "tls-server").checked()
        try await Command.run(
            "openssl",
            ["verify", "-CAfile", folder.path("ca.pem"), "-untrusted", folder.path("next.pem"), folder.write("later.pem", later.stdout)]
        ).checked()
        #expect(try await serving.stop() == 0)
    }

    @Test(
        "A CA of openssl is taken over: its certificates are found, its revocations stay, its CRL numbers go on", arguments: ["pem", "p12"])
    func takeover(_ form: String) async throws {
        let folder = try TemporaryDirectory()
        try await makeCA(folder)
        for name in ["old-1", "old-2", "old-3"] {
            let key = try await OpenSSL.key(.p256, folder.path("\(name).key"))
            let request = try await OpenSSL.request(key: key, name: "\(name).test", folder.path("\(name).csr"))
            try await sign(request, as: "leaf", to: "\(name).pem", in: folder)
        }
        try await openssl("ca", "-config", "ca.cnf", "-revoke", "old-2.pem", "-crl_reason", "keyCompromise", in: folder)
        try await openssl("ca", "-config", "ca.cnf", "-gencrl", "-out", "old.crl", in: folder)
        // Its file is lost: no more than the CRL knows of it.
        try await openssl("ca", "-config", "ca.cnf", "-revoke", "old-3.pem", in: folder)
        try FileManager.default.removeItem(atPath: folder.path("newcerts/1002.pem"))
        try FileManager.default.removeItem(atPath: folder.path("old-3.pem"))
        _ = try folder.write("secret", "the old passphrase\n")
        if form == "p12" {
            try await openssl(
                "pkcs12", "-export", "-inkey", "ca.key", "-in", "ca.pem", "-passout", "file:secret", "-out", "key.p12", in: folder)
        } else {
            try await openssl("pkcs8", "-topk8", "-in", "ca.key", "-passout", "file:secret", "-out", "key.pem", in: folder)
        }
        let estate = try TemporaryDirectory()
        for file in ["index.txt", "newcerts"] { try FileManager.default.copyItem(atPath: folder.path(file), toPath: estate.path(file)) }

        let server = try await MusterServer.started()
        let adopt = [
            "ca", "adopt", "corp", "--key", folder.path("key.\(form)"), "--key-passphrase-file", folder.path("secret"), "--chain",
            folder.path("ca.pem"), "--issued", estate.path, "--crl", folder.path("old.crl"), "--endpoint", "est-default",
        ]
        let report = try await server.muster(adopt + ["--json"]).checked()
        let json = try JSON(report.stdout)
        #expect(json["certificates"]?.number == 2)
        #expect(json["revocations"]?.number == 2)
        #expect(json["unknownRevoked"]?.number == 1)
        #expect(try await !server.muster(adopt).succeeded, "a CA is taken over once")
        let listed = try await server.muster("list").checked().text
        #expect(listed.contains("old-1.test") && listed.contains("old-2.test"))

        let ca = folder.path("ca.pem")
        func status(_ certificate: String) async throws -> String {
            try await Command.run(
                "openssl", ["ocsp", "-issuer", ca, "-cert", certificate, "-url", "\(server.httpURL)/ocsp", "-CAfile", ca]
            ).checked().text
        }
        #expect(try await status(folder.path("old-1.pem")).contains(": good"))
        #expect(try await status(folder.path("old-2.pem")).contains(": revoked"))
        try await server.muster("revoke", try await OpenSSL.serial(folder.path("old-1.pem")), "--reason", "superseded").checked()
        #expect(try await status(folder.path("old-1.pem")).contains(": revoked"))
        try await server.muster("crl", "publish").checked()
        let identifier = try await OpenSSL.field("-ext", "subjectKeyIdentifier", of: ca)
        let hex = identifier.split(separator: "\n").last.map { $0.lowercased().filter(\.isHexDigit) } ?? ""
        try await Command.run(
            "curl", ["--silent", "--show-error", "--fail", "--output", folder.path("new.crl"), "\(server.httpURL)/crl/\(hex).crl"]
        ).checked()
        let list = try await Command.run(
            "openssl", ["crl", "-inform", "DER", "-in", folder.path("new.crl"), "-noout", "-text", "-CAfile", ca]
        ).checked()
        #expect(list.errorText.contains("verify OK"))
        for serial in ["1000", "1001", "1002"] { #expect(list.text.contains("Serial Number: \(serial)")) }
        let older = try await server.muster("crl", "import", folder.path("old.crl"))
        #expect(!older.succeeded && older.errorText.contains("is not newer"), "its numbers go on above the former CA's")
        try await server.muster("doctor").checked()
        #expect(try await server.stop() == 0)
    }
}
