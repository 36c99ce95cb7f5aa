import Foundation
import TestSupport
import Testing

@Suite("Several CAs and their generations in one server", .timeLimit(.minutes(8)))
struct AuthoritiesTests {
    /// A user of an EST endpoint enrolls by curl: the path of the PEM certificate, or nil when he is refused.
    private func enroll(
        _ name: String, at label: String, user: String, _ server: MusterServer, in folder: TemporaryDirectory
    ) async throws -> String? {
        let key = try await OpenSSL.key(.p256, folder.path("\(name).key"))
        _ = try await OpenSSL.request(key: key, name: name, folder.path("\(name).csr"))
        return try await send(name, at: label, user: user, server, in: folder)
    }

    /// Sends the request that was made under this name.
    private func send(
        _ name: String, at label: String, user: String, _ server: MusterServer, in folder: TemporaryDirectory
    ) async throws -> String? {
        let client = try ESTClient(server)
        let path = label == "default" ? "simpleenroll" : "\(label)/simpleenroll"
        let body = try await client.base64(folder.path("\(name).csr"), in: folder)
        let answer = try await client.send(path, body: body, options: ["--user", user])
        guard answer.status == 200 else { return nil }
        return try folder.write("\(name).pem", try await client.certificates(answer.body))
    }

    private func get(_ path: String, _ server: MusterServer, to file: String) async throws {
        try await Command.run("curl", ["--silent", "--show-error", "--fail", "--output", file, "\(server.httpURL)/\(path)"]).checked()
    }

    /// Verifies with all CA certificates and CRLs that the server publishes, and asks OCSP.
    private func isGood(_ certificate: String, issuer: String, root: String, _ server: MusterServer, in folder: TemporaryDirectory)
        async throws -> Bool
    {
        let bundle = folder.path("bundle.pem")
        try await get("relying-party.pem", server, to: bundle)
        let verified = try await Command.run(
            "openssl", ["verify", "-x509_strict", "-CAfile", bundle, "-untrusted", issuer, "-crl_check_all", certificate])
        let url = try await OpenSSL.field("-ocsp_uri", of: certificate)
        let status = try await Command.run(
            "openssl", ["ocsp", "-issuer", issuer, "-cert", certificate, "-url", url, "-CAfile", root, "-verify_other", issuer])
        #expect(status.errorText.contains("Response verify OK"))
        return verified.succeeded && status.text.contains("\(certificate): good")
    }

    @Test("Two CAs serve at once: own endpoints, credentials, RA, CRL and OCSP each")
    func twoAuthorities() async throws {
        let server = try await MusterServer.started()
        let folder = try TemporaryDirectory()
        try await server.muster("ca", "create", "wifi", "--endpoint", "est", "--endpoint", "scep").checked()
        #expect(try await !server.muster("ca", "create", "wifi").succeeded, "a CA is made once")
        let wifi = try folder.write("wifi.pem", try await server.muster("ca", "show", "wifi").checked().stdout)
        let password = "as long as it needs to be"
        try await server.muster(
            ["user", "add", "radio", "--endpoint", "est-wifi", "--names", "*.test", "--password-stdin"], input: password + "\n"
        ).checked()
        let issuing = try folder.write("issuing.pem", try await server.muster("ca", "show", "issuing").checked().stdout)

        let own = try #require(try await enroll("one.test", at: "wifi", user: "radio:\(password)", server, in: folder))
        #expect(try await OpenSSL.field("-issuer", of: own).contains("wifi CA"))
        #expect(try await isGood(own, issuer: wifi, root: server.root, server, in: folder))
        #expect(try await enroll("two.test", at: "default", user: "radio:\(password)", server, in: folder) == nil, "worthless elsewhere")
        let est = try server.facts.endpoint("est")
        let login = "\(est.username ?? ""):\(est.password ?? "")"
        #expect(try await enroll("three.test", at: "wifi", user: login, server, in: folder) == nil, "worthless elsewhere")
        let other = try #require(try await enroll("four.test", at: "default", user: login, server, in: folder))
        let spoilt = try #require(try await enroll("five.test", at: "wifi", user: "radio:\(password)", server, in: folder))
        #expect(try await isGood(other, issuer: issuing, root: server.root, server, in: folder))

        for (label, issuer) in [("wifi", "wifi CA"), ("default", "Issuing CA")] {
            try await get("scep/\(label)?operation=GetCACert", server, to: folder.path("\(label).p7"))
            let printed = try await Command.run("openssl", ["pkcs7", "-inform", "DER", "-print_certs", "-in", folder.path("\(label).p7")])
                .checked()
            #expect(printed.text.contains("issuer=CN = Muster Lab \(issuer)"), "the RA of each endpoint is below its own CA")
        }

        try await server.muster("revoke", try await OpenSSL.serial(own), "--reason", "superseded").checked()
        // What happened to a key at one CA counts at the others.
        try await server.muster("revoke", try await OpenSSL.serial(spoilt), "--reason", "keyCompromise").checked()
        #expect(try await send("five.test", at: "default", user: login, server, in: folder) == nil)
        try await server.muster("crl", "publish").checked()
        #expect(try await !isGood(own, issuer: wifi, root: server.root, server, in: folder))
        #expect(try await isGood(other, issuer: issuing, root: server.root, server, in: folder))
        #expect(try await server.stop() == 0)
    }

    @Test("A rollover by the command line, with a crash in its middle: before, during and after verify")
    func rollover() async throws {
        let server = try await MusterServer.started()
        let folder = try TemporaryDirectory()
        let est = try server.facts.endpoint("est")
        let login = "\(est.username ?? ""):\(est.password ?? "")"
        let first = try folder.write("first.pem", try await server.muster("ca", "show", "issuing").checked().stdout)
        let before = try #require(try await enroll("before.test", at: "default", user: login, server, in: folder))

        try await server.muster("ca", "rollover", "prepare", "issuing").checked()
        try await server.muster("ca", "rollover", "prepare", "issuing").checked()
        try await server.kill()
        try await server.start()
        let during = try #require(try await enroll("during.test", at: "default", user: login, server, in: folder))
        #expect(try await isGood(during, issuer: first, root: server.root, server, in: folder))

        try await server.muster("ca", "rollover", "activate", "issuing").checked()
        #expect(try await !server.muster("ca", "rollover", "activate", "issuing").succeeded)
        let after = try #require(try await enroll("after.test", at: "default", user: login, server, in: folder))
        let second = server.chain
        #expect(try await Command.run("openssl", ["verify", "-CAfile", server.root, "-untrusted", first, after]).succeeded == false)
        try await server.kill()
        try await server.start()
        #expect(try await isGood(after, issuer: second, root: server.root, server, in: folder))
        #expect(try await isGood(before, issuer: first, root: server.root, server, in: folder))
        #expect(try await isGood(during, issuer: first, root: server.root, server, in: folder))
        let early = try await server.muster("ca", "rollover", "retire", "issuing")
        #expect(!early.succeeded && early.errorText.contains("is good until"))
        try await server.muster("doctor").checked()
        #expect(try await server.stop() == 0)
    }

    @Test(
        "A rollover is killed between any two steps of the certificates that it needs, and goes on when it is repeated",
        arguments: ["beforeRecord", "recorded", "signed", "completed", "released"])
    func killedRollover(_ checkpoint: String) async throws {
        let server = try await MusterServer.initialised()
        let folder = try TemporaryDirectory()
        let est = try server.facts.endpoint("est")
        let login = "\(est.username ?? ""):\(est.password ?? "")"
        for step in ["prepare", "activate"] {
            try await server.start(environment: ["MUSTER_KILL_AT": checkpoint])
            #expect(try await !server.muster("ca", "rollover", step, "issuing").succeeded)
            try await server.ended()
            try await server.start()
            let states = try await self.states(server)
            if step == "prepare" {
                // Whatever the crash left, repeating the step leaves one next generation.
                try await server.muster("ca", "rollover", "prepare", "issuing").checked()
                #expect(try await self.states(server) == ["active", "next"])
            } else {
                #expect(states == ["active", "retiring"], "the switch is one transaction; what follows it is made up for at the start")
            }
            let name = "\(step).test"
            let certificate = try #require(try await enroll(name, at: "default", user: login, server, in: folder))
            let issuer = try folder.write("\(step)-issuer.pem", try await active(server))
            #expect(try await isGood(certificate, issuer: issuer, root: server.root, server, in: folder))
            try await server.muster("doctor").checked()
            #expect(try await server.stop() == 0)
        }
    }

    private func generations(_ server: MusterServer) async throws -> [JSON] {
        let listed = try JSON(try await server.muster("ca", "list", "--json").checked().stdout)
        return (listed["generations"]?.elements ?? []).filter { $0["authority"]?.string == "issuing" }
    }

    private func states(_ server: MusterServer) async throws -> [String] {
        try await generations(server).compactMap { $0["state"]?.string }.sorted()
    }

    private func active(_ server: MusterServer) async throws -> String {
        try await generations(server).first { $0["state"]?.string == "active" }?["pem"]?.string ?? ""
    }
}
