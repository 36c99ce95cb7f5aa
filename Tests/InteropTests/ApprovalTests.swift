import Foundation
import TestSupport
import Testing

/// Real clients wait for a person, and get their certificate when he approves.
@Suite("Held requests are approved while their clients wait", .serialized, .timeLimit(.minutes(5)))
struct ApprovalTests {
    private struct Pending: Decodable {
        struct Request: Decodable {
            let id: String
            let subject: String
        }

        let requests: [Request]
    }

    /// The id of the one request that waits for this name.
    private func waiting(_ server: MusterServer, _ name: String) async throws -> String {
        for _ in 0..<200 {
            let listed = try await server.muster("pending", "--json").checked()
            let requests = try JSONDecoder().decode(Pending.self, from: Data(listed.stdout)).requests
            if let request = requests.first(where: { $0.subject == "CN=\(name)" }) { return request.id }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw CommandFailure("nothing waits for \(name)")
    }

    @Test("strongSwan polls by SCEP, curl asks again by EST")
    func clientsWait() async throws {
        let server = try await MusterServer.started()
        for endpoint in ["scep-default", "est-default"] { try await server.muster("endpoint", "hold", endpoint).checked() }
        let client = try StrongSwan()
        let key = try await OpenSSL.key(.rsa2048, client.folder.path("key.pem"))

        let scep = try server.facts.endpoint("scep")
        try await client.fetchSCEPCertificates(scep.url)
        async let enrolled = client.enrollBySCEP(scep.url, key: key, name: "scep.device.test", challenge: scep.challenge)
        try await server.muster("approve", waiting(server, "scep.device.test"), "--comment", "known").checked()
        let first = try client.folder.write("scep.pem", try await enrolled.checked().stdout)
        try await OpenSSL.verify(first, of: server).checked()

        async let rejected = client.enrollBySCEP(scep.url, key: key, name: "other.device.test", challenge: scep.challenge)
        try await server.muster("reject", waiting(server, "other.device.test")).checked()
        #expect(try await !rejected.succeeded)

        // EST by hand, for the status codes.
        let est = try server.facts.endpoint("est")
        let request = client.folder.path("request.der")
        let another = try await OpenSSL.key(.rsa2048, client.folder.path("est.key"))
        try await Command.run(
            "openssl", ["req", "-new", "-key", another, "-subj", "/CN=est.device.test", "-outform", "der", "-out", request]
        )
        .checked()
        try client.folder.write("request.b64", try client.folder.read("request.der").base64)
        func simpleEnroll() async throws -> String {
            try await Command.run(
                "curl",
                [
                    "-sS", "--cacert", server.root, "-u", "\(est.username ?? ""):\(est.password ?? "")", "-H",
                    "Content-Type: application/pkcs10",
                    "--data-binary", "@" + client.folder.path("request.b64"), "-o", client.folder.path("reply.p7"), "-w",
                    "%{http_code} %header{retry-after}",
                    "\(est.url)/simpleenroll",
                ]
            ).checked().text
        }
        #expect(try await simpleEnroll().hasPrefix("202 "))
        try await server.muster("approve", waiting(server, "est.device.test")).checked()
        #expect(try await simpleEnroll().hasPrefix("200"))

        #expect(try await server.stop() == 0)
    }

    @Test("lego polls its order by ACME, zeep asks again by WSTEP")
    func othersWait() async throws {
        let server = try await MusterServer.started()
        for endpoint in ["acme-default", "wstep-default"] { try await server.muster("endpoint", "hold", endpoint).checked() }
        let folder = try TemporaryDirectory()
        let key = try await OpenSSL.key(.rsa2048, folder.path("key.pem"))

        let order = try await OpenSSL.request(key: key, name: "acme.device.test", template: "device-8021x", folder.path("acme.csr"))
        async let ordered = Lego(server).run("--cert.timeout", "240", "--csr", order, "run")
        try await server.muster("approve", waiting(server, "acme.device.test")).checked()
        let first = try folder.write("acme.pem", try await ordered.certificate("acme.device.test"))
        try await OpenSSL.verify(first, of: server).checked()

        let another = try await OpenSSL.key(.rsa2048, folder.path("another.pem"))
        let request = try await OpenSSL.request(key: another, name: "wstep.device.test", template: "device-8021x", folder.path("wstep.csr"))
        let arguments = ["--csr", request, "--template", "device-8021x", "--out", folder.path("wstep.pem")]
        #expect(try await WSTEPClient(server).run(arguments).status == 3, "taken under submission")
        try await server.muster("approve", waiting(server, "wstep.device.test")).checked()
        try await WSTEPClient(server).run(arguments).checked()
        try await OpenSSL.verify(folder.path("wstep.pem"), of: server).checked()

        #expect(try await server.stop() == 0)
    }

    @Test("Four eyes: the kernel tells the operators apart, and one of them alone gets nothing issued", .enabled(if: getuid() == 0))
    func fourEyes() async throws {
        let server = try await MusterServer.started()
        try await server.muster("endpoint", "hold", "est-default", "--approvals", "2").checked()
        let folder = try TemporaryDirectory()
        let client = try ESTClient(server)
        let key = try await OpenSSL.key(.p256, folder.path("key.pem"))
        let body = try await client.base64(
            try await OpenSSL.request(key: key, name: "eyes.device.test", folder.path("request.csr")), in: folder)
        let endpoint = try server.facts.endpoint("est")
        func ask() async throws -> Int {
            try await client.send(
                "simpleenroll", body: body, options: ["--user", "\(endpoint.username ?? ""):\(endpoint.password ?? "")"]
            ).status
        }
        #expect(try await ask() == 202)
        let id = try await waiting(server, "eyes.device.test")
        try await server.muster("approve", id).checked()
        #expect(try await !server.muster("approve", id).succeeded, "the same operator again")
        #expect(try await ask() == 202)

        // Another user of this machine, who is let through to the socket.
        for path in [URL(fileURLWithPath: server.data).deletingLastPathComponent().path, server.data] {
            try FileManager.default.setAttributes([.posixPermissions: 0o711], ofItemAtPath: path)
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: server.data + "/muster.sock")
        let message = #"{"operation": "ApprovePending", "arguments": "\#(Array(#"{"id": "\#(id)"}"#.utf8).base64)"}"#
        let reply = try await Command.run(
            "setpriv",
            [
                "--reuid=65534", "--regid=65534", "--clear-groups", "curl", "--silent", "--show-error", "--unix-socket",
                server.data + "/muster.sock", "--header", "Content-Type: application/json", "--data", message, "http://muster/operation",
            ]
        ).checked()
        #expect(try JSON(reply.stdout)["reply"] != nil, "\(reply.text)")
        #expect(try await ask() == 200)
        let log = folder.path("audit.log")
        try await server.muster("audit", "export", log).checked()
        let approvals = try folder.text("audit.log").split(separator: "\n").filter { $0.contains("\"operation\":\"ApprovePending\"") }
        for uid in ["0", "65534"] { #expect(approvals.contains { $0.contains("\"uid\":\"\(uid)\"") }, "\(uid)") }
        #expect(try await server.stop() == 0)
    }
}

extension [UInt8] {
    fileprivate var base64: String { Data(self).base64EncodedString() }
}
