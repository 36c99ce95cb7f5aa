import Foundation
import TestSupport
import Testing

/// What the operator reads afterwards: the audit log, the transactions, the raw requests; and what nobody may ever read.
@Suite("Trail and audit of the real server", .timeLimit(.minutes(10)))
struct AuditTests {
    private static let passphrase = "canary-passphrase-4c1f0e"

    /// A server that is no lab: its passphrase is known by the environment alone.
    private func started() async throws -> MusterServer {
        let environment = ["MUSTER_PASSPHRASE": Self.passphrase]
        let server = try await MusterServer.initialised(isLab: false, environment: environment)
        try await server.start(environment: environment)
        return server
    }

    private func enroll(_ server: MusterServer, _ name: String, in folder: TemporaryDirectory, password: String) async throws -> (
        Int, String
    ) {
        let client = try ESTClient(server)
        let key = try await OpenSSL.key(.p256, folder.path("\(name).key"))
        let request = try await OpenSSL.request(key: key, name: name, folder.path("\(name).csr"))
        let answer = try await client.send(
            "simpleenroll", body: client.base64(request, in: folder), options: ["--user", "\(name):\(password)"])
        return (answer.status, answer.body)
    }

    @Test("An exported audit log is intact; a changed, removed or moved line is named; operators' acts stand in it")
    func auditLog() async throws {
        let server = try await started()
        let folder = try TemporaryDirectory()
        try await server.muster("user", "add", "audited.test", "--endpoint", "est-default", "--password-stdin", input: "good-password-1\n")
            .checked()
        let (status, body) = try await enroll(server, "audited.test", in: folder, password: "good-password-1")
        #expect(status == 200)
        let refused = try await enroll(server, "audited.test", in: folder, password: "bad-password-1")
        #expect(refused.0 == 401)
        let certificate = try folder.write("audited.pem", try await ESTClient(server).certificates(body))
        let serial = try await OpenSSL.serial(certificate)
        try await server.muster("revoke", serial, "--reason", "superseded").checked()
        _ = try await server.muster("revoke", serial, "--reason", "superseded")

        let log = folder.path("audit.log")
        try await server.muster("audit", "export", log).checked()
        let key = server.data + "/audit-key.pem"
        func verify(_ file: String, _ options: String...) async throws -> (Int32, JSON) {
            let result = try await Command.run(MusterServer.binary, ["audit", "verify", file, "--json"] + options)
            return (result.status, try JSON(result.stdout))
        }
        let good = try await verify(log, "--key", key)
        #expect(good.0 == 0, "\(good.1)")
        #expect(try await verify(log).0 == 0)
        #expect(try await verify(log, "--key", key, "--at-least", "1000000").0 == 1)

        let lines = try folder.text("audit.log").split(separator: "\n").map(String.init)
        for event in ["recorded", "issued", "refused", "revoked", "checkpoint"] {
            #expect(lines.contains { $0.contains("\"event\":\"\(event)\"") }, "\(event)")
        }
        let uid = "\"uid\":\"\(getuid())\""
        for operation in ["AddUser", "RevokeCertificate", "ExportAudit"] {
            #expect(lines.contains { $0.contains("\"operation\":\"\(operation)\"") && $0.contains(uid) }, "\(operation)")
        }
        #expect(lines.contains { $0.contains("operationFailed") && $0.contains("alreadyRevoked") })
        #expect(!lines.contains { $0.contains("good-password-1") })

        func broken(_ name: String, _ change: (inout [String]) -> Void) async throws -> Double? {
            var copy = lines
            change(&copy)
            let answer = try await verify(try folder.write(name, copy.joined(separator: "\n") + "\n"), "--key", key)
            #expect(answer.0 == 1, "\(name)")
            return answer.1["findings"]?.elements.first?["line"]?.number
        }
        let middle = lines.count / 2
        #expect(
            try await broken("changed") { $0[middle] = $0[middle].replacingOccurrences(of: "\"at\":\"2", with: "\"at\":\"1") }
                == Double(middle + 1))
        #expect(try await broken("removed") { $0.remove(at: middle) } == Double(middle + 1))
        #expect(try await broken("moved") { $0.swapAt(middle, middle + 1) } == Double(middle + 1))
        #expect(try await broken("cut") { $0.removeLast() } != nil)

        // Without a server the same log, gone on.
        #expect(try await server.stop() == 0)
        let later = folder.path("later.log")
        try await Command.run(
            MusterServer.binary, ["audit", "export", later, "--dir", server.data], environment: ["MUSTER_PASSPHRASE": Self.passphrase]
        ).checked()
        #expect(try folder.text("later.log").hasPrefix(lines.joined(separator: "\n") + "\n"))
        #expect(try await verify(later, "--key", key).0 == 0)
    }

    @Test("An encrypted backup opens under its passphrase, and nothing of it shows")
    func encryptedBackup() async throws {
        let server = try await started()
        let folder = try TemporaryDirectory()
        let secret = try folder.write("secret", "canary-backup-passphrase\n")
        let wrong = try folder.write("wrong", "another-passphrase-1\n")
        try await server.muster("user", "add", "before.test", "--endpoint", "est-default", "--password-stdin", input: "good-password-1\n")
            .checked()
        let file = folder.path("backup")
        try await server.muster("backup", file, "--encrypt", secret).checked()
        let again = try await server.muster("backup", file, "--encrypt", secret)
        #expect(again.status != 0, "a file is never overwritten")
        let bytes = Data(try folder.read("backup"))
        for trace in ["SQLite format 3", "before.test", "Issuing CA"] { #expect(bytes.range(of: Data(trace.utf8)) == nil, "\(trace)") }
        #expect(try FileManager.default.contentsOfDirectory(atPath: server.data).allSatisfy { !$0.hasPrefix("backup-") })

        #expect(try await server.stop() == 0)
        let environment = ["MUSTER_PASSPHRASE": Self.passphrase]
        func restore(_ file: String, _ options: [String]) async throws -> CommandResult {
            try await Command.run(MusterServer.binary, ["restore", file, "--dir", server.data] + options, environment: environment)
        }
        #expect(try await restore(file, []).status != 0)
        #expect(try await restore(file, ["--decrypt", wrong]).status != 0)
        var altered = try folder.read("backup")
        altered[altered.count / 2] ^= 1
        #expect(try await restore(folder.write("altered", altered), ["--decrypt", secret]).status != 0)
        #expect(try await restore(folder.write("cut", Array(altered.dropLast(5000))), ["--decrypt", secret]).status != 0)
        try await restore(file, ["--decrypt", secret]).checked()
        try await server.start(environment: environment)
        #expect(try await enroll(server, "before.test", in: folder, password: "good-password-1").0 == 200)
        let log = folder.path("before.log")
        try await server.muster("audit", "export", log).checked()
        let number = try await listNumber(server)
        let auditKey = try folder.write("audit-key.pem", String(contentsOfFile: server.data + "/audit-key.pem", encoding: .utf8))
        #expect(try await server.stop() == 0)

        // The host is lost: an empty directory and the passphrases are all there is.
        let lost = server.data + ".lost"
        try FileManager.default.moveItem(atPath: server.data, toPath: lost)
        defer { try? FileManager.default.removeItem(atPath: lost) }
        #expect(try await restore(folder.path("altered"), ["--decrypt", secret]).status != 0)
        #expect(!FileManager.default.fileExists(atPath: server.data + "/muster.yaml"))
        let restored = try await restore(file, ["--decrypt", secret]).checked()
        for name in ["muster.yaml", "root.pem", "keys/issuing.pem", "keys/audit.pem"] { #expect(restored.text.contains(name), "\(name)") }
        for name in ["passphrase", "lab-credentials.json"] { #expect(!FileManager.default.fileExists(atPath: server.data + "/" + name)) }
        let mode = try FileManager.default.attributesOfItem(atPath: server.data + "/keys/issuing.pem")[.posixPermissions] as? NSNumber
        #expect(mode?.intValue == 0o600)
        try await server.start(environment: environment)
        #expect(try await enroll(server, "before.test", in: folder, password: "good-password-1").0 == 200)
        #expect(try await listNumber(server) > number)
        let after = folder.path("after.log")
        try await server.muster("audit", "export", after).checked()
        #expect(try await Command.run(MusterServer.binary, ["audit", "verify", after, "--key", auditKey]).status == 0)
        #expect(try folder.text("after.log").contains("\"operation\":\"Restore\""))
        #expect(try await server.stop() == 0)
    }

    /// Publishes the lists and gives the highest number of the bundle.
    private func listNumber(_ server: MusterServer) async throws -> Int {
        try await server.muster("crl", "publish").checked()
        let bundle = try await Command.run("curl", ["--silent", "--fail", "\(server.httpURL)/relying-party.pem"]).checked().text
        let begin = "-----BEGIN X509 CRL-----"
        var highest = 0
        for list in bundle.components(separatedBy: begin).dropFirst() {
            let text = try await Command.run("openssl", ["crl", "-noout", "-crlnumber"], input: Array((begin + list).utf8)).checked().text
            let digits = text.trimmingCharacters(in: .whitespacesAndNewlines).components(separatedBy: "0x").last ?? ""
            highest = max(highest, Int(digits, radix: 16) ?? 0)
        }
        return highest
    }

    @Test("No secret that passes a door shows in any file, table, log or output; the raw request opens for the operator alone")
    func canaries() async throws {
        let environment = ["MUSTER_PASSPHRASE": Self.passphrase]
        let server = try await MusterServer.initialised(isLab: false, environment: environment)
        try await server.start(environment: environment, options: ["--log-level", "trace"])
        let folder = try TemporaryDirectory()
        var canaries = [Self.passphrase]
        func canary(_ name: String) -> String {
            let text = "canary-\(name)-\(UUID().uuidString.lowercased().prefix(8))"
            canaries.append(text)
            return text
        }

        // SCEP: a good challenge and a bad one, both inside the encrypted request.
        let scep = try server.facts.endpoint("scep")
        let made = try await server.muster(
            "challenge", "new", "--endpoint", scep.name, "--ttl", "1h", "--bind-name", "scep.test", "--json"
        ).checked()
        let challenge = try NewChallenge(json: made.stdout).challenge
        canaries.append(challenge)
        let client = try StrongSwan()
        try await client.fetchSCEPCertificates(scep.url)
        let scepKey = try await OpenSSL.key(.rsa2048, client.folder.path("scep.key"))
        #expect(try await !client.enrollBySCEP(scep.url, key: scepKey, name: "scep.test", challenge: canary("scep")).succeeded)
        try await client.enrollBySCEP(scep.url, key: scepKey, name: "scep.test", challenge: challenge).checked()

        // EST and WSTEP: passwords, good and bad, and a challenge inside the request.
        let password = canary("password")
        try await server.muster("user", "add", "user.test", "--endpoint", "est-default", "--password-stdin", input: password + "\n")
            .checked()
        #expect(try await enroll(server, "user.test", in: folder, password: password).0 == 200)
        #expect(try await enroll(server, "user.test", in: folder, password: canary("guess")).0 == 401)
        let est = try ESTClient(server)
        let csr = folder.path("attribute.csr")
        let options = try folder.write(
            "attribute.cnf",
            "[req]\nprompt=no\ndistinguished_name=d\nattributes=a\n[d]\nCN=forbidden.example\n[a]\nchallengePassword=\(canary("attribute"))\n"
        )
        try await Command.run("openssl", ["req", "-new", "-key", folder.path("user.test.key"), "-config", options, "-out", csr]).checked()
        let refused = try await est.send(
            "simpleenroll", body: est.base64(csr, in: folder), options: ["--user", "user.test:\(password)"])
        #expect(refused.status >= 400)
        let wstep = try await WSTEPClient(server).run(
            ["--csr", csr, "--template", "device-8021x", "--out", folder.path("none")], password: canary("wstep"))
        #expect(!wstep.succeeded)

        // What cannot be decoded, at every door.
        let garbage = canary("garbage")
        let file = try folder.write("garbage", "password=\(garbage)")
        let https = "https://localhost:\(server.ports.https)"
        for (url, type) in [
            ("\(scep.url)?operation=PKIOperation", "application/x-pki-message"), (est.url + "/simpleenroll", "application/pkcs10"),
            ("\(https)/acme/default/new-order", "application/jose+json"),
            (try server.facts.endpoint("xcep").url, "application/soap+xml"),
        ] {
            _ = try await Command.run(
                "curl",
                [
                    "--silent", "--cacert", server.root, "--max-time", "30", "--header", "Content-Type: \(type)", "--data-binary",
                    "@\(file)", url,
                ])
        }

        // What is made for others: a token, an MDM's password, a webhook's secrets.
        let revoker = try JSON(try await server.muster("revoker", "add", "mdm", "--endpoint", "est-default", "--json").checked().stdout)
        let token = try #require(revoker["token"]?.string)
        canaries.append(token)
        try await server.muster("user", "add", "mdm", "--endpoint", scep.name, "--password-stdin", input: password + "\n").checked()
        for (login, url, body) in [
            ("mdm:\(token)", "\(https)/revocation/est-default", #"{"name": "nobody.test"}"#),
            ("mdm:\(canary("token"))", "\(https)/revocation/est-default", #"{"name": "\#(canary("message"))", "reason": "boredom"}"#),
        ] {
            _ = try await Command.run(
                "curl", ["--silent", "--cacert", server.root, "--max-time", "30", "--user", login, "--data", body, url])
        }
        let page = try await Command.run(
            "curl", ["--silent", "--cacert", server.root, "--user", "mdm:\(password)", "\(https)/certsrv/mscep_admin/"]
        ).checked().text
        let minted = page.matches(of: /[0-9A-F]{16,}/).map { String($0.output) }
        #expect(!minted.isEmpty, "\(page)")
        // The thumbprint of the CA is no secret.
        canaries += minted.filter { $0.count <= 32 }
        let hookSecret = canary("webhook-secret-of-some-length")
        let authorization = try folder.write("authorization", canary("webhook-authorization") + "\n")
        canaries.append(Data(hookSecret.utf8).base64EncodedString())
        try await server.muster(
            "webhook", "set", scep.name, "--url", "https://hook.example.test/ask", "--secret-stdin", "--authorization-file", authorization,
            input: Data(hookSecret.utf8).base64EncodedString() + "\n"
        ).checked()

        // What an operator reads.
        var outputs: [String: [UInt8]] = [:]
        func read(_ arguments: String...) async throws -> [UInt8] {
            let result = try await server.muster(arguments).checked()
            outputs[arguments.joined(separator: " ")] = result.stdout + result.stderr
            return result.stdout
        }
        let transactions = try JSON(try await read("transactions", "--json"))["transactions"]?.elements ?? []
        #expect(transactions.count >= 7)
        var replies: [String: Set<String>] = [:]
        for id in transactions.compactMap({ $0["id"]?.string }) {
            let story = try JSON(try await read("transaction", id, "--json"))
            guard let endpoint = story["endpoint"]?.string, let status = story["reply"]?["status"]?.number else { continue }
            #expect((story["reply"]?["microseconds"]?.number ?? 0) > 0)
            replies[endpoint, default: []].insert("\(Int(status)) \(story["reply"]?["words"]?.string ?? "-")")
        }
        // The trail tells what each door answered.
        #expect(replies[scep.name]?.isSuperset(of: ["200 CertRep SUCCESS", "200 CertRep FAILURE, failInfo badRequest"]) == true)
        #expect(replies["est-default"]?.isSuperset(of: ["200 -", "401 -"]) == true)
        #expect(replies["acme-default"]?.contains("400 problem malformed") == true)
        #expect(replies["wstep-default"]?.contains { $0.hasPrefix("500 fault ") } == true)
        #expect(replies.count >= 4, "\(replies)")
        _ = try await read("list", "--json")
        _ = try await read("challenge", "list", "--json")
        _ = try await read("endpoints", "--json")
        _ = try await read("audit", "export", server.data + "/export.log")
        _ = try await read("backup", server.data + "/copy.db")
        outputs["metrics"] = try await Command.run("curl", ["--silent", "\(server.httpURL)/metrics"]).checked().stdout
        outputs["doctor"] = try await server.muster("doctor").stdout

        // The request as it came: for the operator, and for nobody else.
        let subject = try #require(transactions.first { $0["subject"]?.string?.contains("forbidden.example") == true }?["id"]?.string)
        try await server.muster("transaction", subject, "--raw", folder.path("raw")).checked()
        let sent = try await est.base64(csr, in: folder)
        #expect(
            try folder.text("raw").filter { !$0.isWhitespace } == String(contentsOfFile: sent, encoding: .utf8).filter { !$0.isWhitespace })
        #expect(try await server.stop() == 0)

        // The private keys, by a part of their numbers.
        for name in try FileManager.default.contentsOfDirectory(atPath: server.data + "/keys") where name.hasSuffix(".pem") {
            let der = try await Command.run(
                "openssl",
                [
                    "pkcs8", "-in", server.data + "/keys/" + name, "-passin", "env:MUSTER_PASSPHRASE", "-topk8", "-nocrypt", "-outform",
                    "DER",
                ],
                environment: environment
            ).checked().stdout
            let secret = Array(der[(der.count / 3)..<(der.count / 3 + 12)])
            for (place, bytes) in try files(server, outputs) where Data(bytes).range(of: Data(secret)) != nil {
                Issue.record("the key \(name) shows in \(place)")
            }
        }
        for (place, bytes) in try files(server, outputs) {
            let data = Data(bytes)
            for canary in canaries {
                for form in forms(of: canary) where data.range(of: form) != nil { Issue.record("\(canary) shows in \(place)") }
            }
            #expect(data.range(of: Data("BEGIN PRIVATE KEY".utf8)) == nil, "\(place)")
            #expect(data.range(of: Data("BEGIN EC PRIVATE KEY".utf8)) == nil, "\(place)")
        }
    }

    /// Every file below the CA's directory, the server's log, and what commands printed.
    private func files(_ server: MusterServer, _ outputs: [String: [UInt8]]) throws -> [String: [UInt8]] {
        var all = outputs
        all["the server's log"] = Array(server.log.utf8)
        let names = FileManager.default.enumerator(atPath: server.data)?.compactMap { $0 as? String } ?? []
        for name in names {
            let path = server.data + "/" + name
            guard try FileManager.default.attributesOfItem(atPath: path)[.type] as? FileAttributeType == .typeRegular else { continue }
            all[name] = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        }
        #expect(all.count > 15)
        return all
    }

    /// As it is, in hexadecimal, and in base64 wherever it begins.
    private func forms(of canary: String) -> [Data] {
        let bytes = Array(canary.utf8)
        let hex = bytes.map { String(format: "%02x", $0) }.joined()
        let shifted = (0..<3).map { shift in
            let padded = [UInt8](repeating: 0, count: shift) + bytes
            return Data(padded).base64EncodedString().dropFirst(shift == 0 ? 0 : 4).dropLast(4)
        }
        return [Data(bytes), Data(hex.utf8), Data(hex.uppercased().utf8)] + shifted.map { Data($0.utf8) }
    }
}
