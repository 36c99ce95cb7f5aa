import Foundation
import TestSupport
import Testing

/// A server of its own: its configuration names a webhook, and its database is made to look old.
@Suite("Alerts and metrics on a running server", .timeLimit(.minutes(5)))
struct AlertTests {
    @Test("What ends soon is listed, counted in the metrics, and sent to the webhook with a signature; strangers may not read metrics")
    func expiry() async throws {
        let server = try await MusterServer.started()
        let folder = try TemporaryDirectory()
        let key = try await OpenSSL.key(.p256, folder.path("key.pem"))
        let request = try await OpenSSL.request(key: key, name: "ending.device.test", template: "device-8021x", folder.path("request.csr"))
        let certificate = try folder.write("certificate.pem", try await ESTClient(server).enroll(request, in: folder))
        let serial = try await OpenSSL.serial(certificate)
        #expect(try await server.stop() == 0)

        // Five days before its end, of which nobody was told.
        let script = """
            import sqlite3, sys, time
            with sqlite3.connect(sys.argv[1]) as database:
                now = int(time.time())
                database.execute(
                    "UPDATE issuances SET not_before = ?, not_after = ? WHERE subject LIKE '%ending.device.test%'",
                    (now - 100 * 86400, now + 5 * 86400))
                database.execute("DELETE FROM alert_marks")
            """
        try await Command.run("python3", ["-c", script, server.data + "/muster.db"]).checked()
        let port = FreePorts.take()
        let received = folder.path("received")
        let receiver = try BackgroundProcess(
            "python3", [Repository.file("Tests/InteropTests/webhook-receiver.py"), "\(port)", received, "a secret of the webhook"],
            log: folder.path("receiver.log"))
        try await receiver.wait(for: "listening") { receiver.log.contains("listening") }
        try "a secret of the webhook\n".write(toFile: server.data + "/webhook-secret", atomically: true, encoding: .utf8)
        let file = server.data + "/muster.yaml"
        let configuration = try String(contentsOfFile: file, encoding: .utf8)
        let additions = """
            alerts:
              webhook: http://127.0.0.1:\(port)/hook
              secretFile: webhook-secret
            metrics:
              from: [192.0.2.0/24]

            """
        try (configuration + additions).write(toFile: file, atomically: true, encoding: .utf8)
        try await server.start()

        let list = try await server.muster("expiring", "--within", "7d", "--json").checked()
        let listed = try #require(try JSON(list.stdout)["expiring"]?.elements.first { $0["identifier"]?.string == serial })
        #expect(listed["kind"]?.string == "certificate")
        try await receiver.wait(for: "alert") { FileManager.default.fileExists(atPath: received) }
        let message = try JSON(folder.read("received"))
        #expect(message["event"]?.string == "expiry")
        #expect(message["alerts"]?.elements.contains { $0["identifier"]?.string == serial } == true)
        #expect(server.log.contains("ends soon"))

        let refused = try await Command.run(
            "curl", ["--silent", "--output", "/dev/null", "--write-out", "%{http_code}", "\(server.httpURL)/metrics"])
        #expect(refused.text == "403")
        let metrics = try await Command.run(
            "curl", ["--silent", "--fail", "--unix-socket", server.data + "/muster.sock", "http://muster/metrics"]
        ).checked().text
        #expect(metrics.contains("muster_certificates_expiring{within=\"7d\"} 1"))
        #expect(metrics.contains("muster_expiry_days{kind=\"authority\",name=\"issuing\""))
        for kind in ["crl", "scep-ra", "ocsp-responder", "tls-server"] { #expect(metrics.contains("muster_expiry_days{kind=\"\(kind)\"")) }
        _ = try await receiver.stop()
        #expect(try await server.stop() == 0)
    }
}
