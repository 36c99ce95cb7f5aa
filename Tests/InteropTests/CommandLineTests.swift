import Foundation
import TestSupport
import Testing

/// A server of its own: these tests close doors, stop it and kill it.
@Suite("The command line on a running server", .oneServer, .serialized, .timeLimit(.minutes(5)))
struct CommandLineTests {
    let server: MusterServer
    let folder: TemporaryDirectory

    init() throws {
        server = try OneServer.current
        folder = try TemporaryDirectory()
    }

    /// Enrolls a P-256 key by EST; the options stand for the lab's user where given.
    private func enroll(_ name: String, options: [String]? = nil) async throws -> String {
        let client = try ESTClient(server)
        let key = try await OpenSSL.key(.p256, folder.path("\(name).key"))
        let request = try await OpenSSL.request(key: key, name: name, folder.path("\(name).csr"))
        let text = try await client.enroll("simpleenroll", request, in: folder, options: try options ?? client.basic)
        return try folder.write("\(name).pem", text)
    }

    @Test("A certificate is listed, shown, and its transaction tells how it came to be")
    func listShowTransaction() async throws {
        let certificate = try await enroll("listed.device.test")
        let serial = try await OpenSSL.serial(certificate)

        let list = try await server.muster("list", "--json", "--name", "listed.device.test").checked()
        let listed = try #require(try JSON(list.stdout)["certificates"]?.elements.first)
        #expect(listed["serial"]?.string == serial)
        #expect(listed["status"]?.string == "valid")
        #expect(listed["endpoint"]?.string == "est-default")

        let shown = try await server.muster("show", serial, "--pem").checked()
        let pem = try folder.write("shown.pem", shown.stdout)
        #expect(try await OpenSSL.field("-fingerprint", of: pem) == OpenSSL.field("-fingerprint", of: certificate))

        let transactions = try await server.muster("transactions", "--json", "--outcome", "released", "--limit", "100").checked()
        let transaction = try #require(
            try JSON(transactions.stdout)["transactions"]?.elements.first { $0["subject"]?.string?.contains("listed.device.test") == true })
        let identifier = try #require(transaction["id"]?.string)
        let story = try await server.muster("transaction", identifier).checked().text
        #expect(story.contains(serial))
        for stage in ["authenticate", "authorize", "shape", "record", "sign"] { #expect(story.contains(stage), "\(stage) in \(story)") }
    }

    @Test("A refusal leaves a transaction with a reason and an advice")
    func refusalTrail() async throws {
        await #expect(throws: CommandFailure.self) { try await enroll("www.example.com") }
        let transactions = try await server.muster("transactions", "--json", "--outcome", "refused").checked()
        let refused = try #require(
            try JSON(transactions.stdout)["transactions"]?.elements.first { $0["subject"]?.string?.contains("www.example.com") == true })
        #expect(refused["code"]?.string == "unacceptableName")
        let story = try await server.muster("transaction", try #require(refused["id"]?.string)).checked().text
        #expect(story.contains("advice"))
    }

    @Test("A disabled endpoint refuses at once, an enabled one works again")
    func endpointSwitch() async throws {
        try await server.muster("endpoint", "disable", "est-default").checked()
        await #expect(throws: CommandFailure.self) { try await enroll("closed.device.test") }
        try await server.muster("endpoint", "enable", "est-default").checked()
        _ = try await enroll("open.device.test")
    }

    @Test("A user covers his own name, or the names he is given, until he is disabled")
    func users() async throws {
        try await server.muster("user", "add", "own.example", "--endpoint", "est-default", "--password-stdin", input: "pass-one-1234\n")
            .checked()
        _ = try await enroll("own.example", options: ["--user", "own.example:pass-one-1234"])
        await #expect(throws: CommandFailure.self) { try await enroll("other.example", options: ["--user", "own.example:pass-one-1234"]) }

        try await server.muster(
            "user", "add", "fleet", "--endpoint", "est-default", "--names", "*.fleet.example", "--password-stdin", input: "pass-two-1234\n"
        ).checked()
        _ = try await enroll("car.fleet.example", options: ["--user", "fleet:pass-two-1234"])
        try await server.muster("user", "disable", "fleet", "--endpoint", "est-default").checked()
        await #expect(throws: CommandFailure.self) { try await enroll("bus.fleet.example", options: ["--user", "fleet:pass-two-1234"]) }
    }

    @Test("A challenge is listed without its secret, and worthless when it is revoked")
    func challenges() async throws {
        let made = try await server.muster(
            "challenge", "new", "--endpoint", "scep-default", "--bind-name", "never.device.test", "--json"
        ).checked()
        let challenge = try NewChallenge(json: made.stdout).challenge
        let list = try await server.muster("challenge", "list", "--json").checked()
        #expect(!list.text.contains(challenge))
        let identifier = try #require(
            try JSON(list.stdout)["challenges"]?.elements.first {
                $0["covers"]?.elements.contains { $0.string?.contains("never.device.test") == true } == true
            }?["id"]?
            .string)
        try await server.muster("challenge", "revoke", identifier).checked()

        let client = try StrongSwan()
        let url = try server.facts.endpoint("scep").url
        try await client.fetchSCEPCertificates(url)
        let key = try await OpenSSL.key(.rsa2048, folder.path("key.pem"))
        let answer = try await client.enrollBySCEP(url, key: key, name: "never.device.test", challenge: challenge)
        #expect(!answer.succeeded)
    }

    @Test("An operator issues a certificate for the names that he vouches for")
    func issue() async throws {
        let key = try await OpenSSL.key(.p256, folder.path("key.pem"))
        let request = try await OpenSSL.request(key: key, name: "www.corp.example", folder.path("request.pem"))
        let issued = try await server.muster("issue", "--csr", request, "--template", "tls-server", "--name", "www.corp.example").checked()
        let certificate = try folder.write("issued.pem", issued.stdout)
        try await OpenSSL.verify(certificate, of: server, "-purpose", "sslserver").checked()
        let other = try await OpenSSL.request(key: key, name: "mail.corp.example", folder.path("other.pem"))
        let refused = try await server.muster("issue", "--csr", other, "--template", "tls-server", "--name", "another.corp.example")
        #expect(!refused.succeeded)
    }

    @Test("A blocked key is listed and gets no certificate until it is unblocked")
    func blockedKey() async throws {
        let key = try await OpenSSL.key(.p256, folder.path("key.pem"))
        let request = try await OpenSSL.request(key: key, name: "blocked.corp.example", folder.path("request.pem"))
        let issue = ["issue", "--csr", request, "--template", "tls-server", "--name", "blocked.corp.example"]
        try await server.muster("key", "block", request, "--reason", "found on a web page").checked()
        #expect(try await !server.muster(issue).succeeded)
        let list = try JSON(try await server.muster("key", "list", "--json").checked().stdout)
        let entry = try #require(list["keys"]?.elements.first { $0["reason"]?.string == "found on a web page" })
        // The private key, by file, is the same key; so is its fingerprint.
        try await server.muster("key", "unblock", key).checked()
        let fingerprint = try #require(entry["fingerprint"]?.string)
        let again = try await server.muster("key", "unblock", fingerprint)
        #expect(!again.succeeded)
        try await server.muster(issue).checked()
    }

    @Test("init refuses a directory that holds a CA")
    func initRefusesToOverwrite() async throws {
        let before = try Data(contentsOf: URL(fileURLWithPath: server.root))
        let again = try await server.muster("init", "--lab")
        #expect(!again.succeeded)
        #expect(try Data(contentsOf: URL(fileURLWithPath: server.root)) == before)
    }

    @Test("endpoints --json names the endpoints that init made, without the secrets")
    func endpoints() async throws {
        let text = try await server.muster("endpoints", "--json").checked().text
        let now = try JSONDecoder().decode(InitFacts.self, from: Data(text.utf8))
        #expect(now.endpoints.map(\.url) == server.facts.endpoints.map(\.url))
        #expect(now.ca.rootSHA256 == server.facts.ca.rootSHA256)
        for secret in server.facts.endpoints.flatMap({ [$0.challenge, $0.password] }).compactMap({ $0 }) { #expect(!text.contains(secret)) }
    }

    @Test("doctor finds nothing wrong with a server that runs")
    func doctor() async throws {
        try await server.muster("doctor").checked()
    }

    @Test("health and metrics answer")
    func healthAndMetrics() async throws {
        let health = try await Command.run("curl", ["--silent", "--fail", "\(server.httpURL)/health"])
        #expect(health.succeeded)
        let metrics = try await Command.run("curl", ["--silent", "--fail", "\(server.httpURL)/metrics"]).checked()
        #expect(metrics.text.contains("# TYPE "))
    }

    @Test("A request that SIGTERM meets half-way still gets its certificate, and the server exits with status 0")
    func terminationFinishesRequests() async throws {
        let name = "late.device.test"
        let client = try ESTClient(server)
        let key = try await OpenSSL.key(.p256, folder.path("key.pem"))
        let request = try await OpenSSL.request(key: key, name: name, folder.path("request.pem"))
        let body = Array(try folder.text(URL(fileURLWithPath: try await client.base64(request, in: folder)).lastPathComponent).utf8)
        let endpoint = try server.facts.endpoint("est")
        let user = Data("\(endpoint.username ?? ""):\(endpoint.password ?? "")".utf8).base64EncodedString()
        let head = """
            POST /.well-known/est/simpleenroll HTTP/1.1\r
            Host: localhost\r
            Authorization: Basic \(user)\r
            Content-Type: application/pkcs10\r
            Content-Length: \(body.count)\r
            Connection: close\r
            \r

            """
        try folder.write("first", Array(head.utf8) + body.prefix(40))
        try folder.write("second", Array(body.dropFirst(40)))
        let marker = folder.path("sent")
        async let answer = Command.run(
            "sh",
            [
                "-c",
                "(cat first; : >sent; sleep 2; cat second; sleep 3) | openssl s_client -quiet -CAfile \"$1\" -connect localhost:$2 2>s_client.log",
                "sh",
                server.root, "\(server.ports.est)",
            ], in: folder.path)
        while !FileManager.default.fileExists(atPath: marker) { try await Task.sleep(for: .milliseconds(20)) }
        try await Task.sleep(for: .milliseconds(700))
        let status = try await server.stop()
        #expect(status == 0, "\(server.log)")
        let text = try await answer.text
        #expect(text.hasPrefix("HTTP/1.1 200"), "\(text)")

        try await server.start()
        let list = try await server.muster("list", "--json", "--name", name).checked()
        #expect(try JSON(list.stdout)["certificates"]?.elements.count == 1)
    }

    @Test("A killed server forgets nothing and serves again")
    func killAndRestart() async throws {
        let certificate = try await enroll("killed.device.test")
        try await server.kill()
        try await server.start()
        let list = try await server.muster("list", "--json", "--name", "killed.device.test").checked()
        #expect(try await JSON(list.stdout)["certificates"]?.elements.first?["serial"]?.string == OpenSSL.serial(certificate))
        _ = try await enroll("after.device.test")
    }

    @Test("A backup made while the server runs brings back every certificate, and serials and CRL numbers go on from there")
    func backupAndRestore() async throws {
        let before = try await enroll("before.device.test")
        let file = folder.path("backup.db")
        try await server.muster("backup", file).checked()
        _ = try await enroll("lost.device.test")
        try await Revocation(server).revoke(before, reason: "superseded")
        let number = try await crlNumber()

        #expect(try await server.stop() == 0)
        try await server.muster("restore", file).checked()
        try await server.start()
        let list = try await server.muster("list", "--json", "--name", "before.device.test").checked()
        #expect(try await JSON(list.stdout)["certificates"]?.elements.first?["serial"]?.string == OpenSSL.serial(before))
        #expect(try await crlNumber() > number)
        _ = try await enroll("restored.device.test")
    }

    /// Publishes the issuing CA's CRL and reads its number.
    private func crlNumber() async throws -> Int {
        let bundle = try await Revocation(server).bundle(in: folder)
        let lists = try String(contentsOfFile: bundle, encoding: .utf8).components(separatedBy: "-----BEGIN X509 CRL-----").dropFirst()
        var highest = 0
        for list in lists {
            let text = try await Command.run(
                "openssl", ["crl", "-noout", "-crlnumber"], input: Array(("-----BEGIN X509 CRL-----" + list).utf8)
            ).checked().text
            let digits = text.trimmingCharacters(in: .whitespacesAndNewlines).components(separatedBy: "0x").last ?? ""
            highest = max(highest, Int(digits, radix: 16) ?? 0)
        }
        return highest
    }
}
