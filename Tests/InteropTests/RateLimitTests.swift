import Foundation
import TestSupport
import Testing

@Suite("Who knocks too often", .timeLimit(.minutes(2)))
struct RateLimitTests {
    @Test(
        "S13: beyond its burst an address is told to come back later, by SCEP as 503 and by ACME as 429, and is still served what is cheap; all is counted"
    )
    func buckets() async throws {
        let server = try await MusterServer.initialised()
        let file = server.data + "/muster.yaml"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        let limits = "  addressRate: 0.01\n  addressBurst: 4\n  limitLoopback: true\n"
        let changed =
            text.contains("\nlimits:\n")
            ? text.replacingOccurrences(of: "\nlimits:\n", with: "\nlimits:\n" + limits) : text + "limits:\n" + limits
        try changed.write(toFile: file, atomically: true, encoding: .utf8)
        try await server.start()
        func ask(_ url: String) async throws -> (status: Int, retryAfter: Int?) {
            let answer = try await Command.run(
                "curl", ["-sS", "--cacert", server.root, "-o", "/dev/null", "-w", "%{http_code} %header{retry-after}", url]
            ).checked().text.split(separator: " ")
            return (Int(answer.first ?? "") ?? 0, answer.dropFirst().first.flatMap { Int($0) })
        }
        let scep = try server.facts.endpoint("scep").url + "?operation=GetCACaps"
        for _ in 0..<4 { #expect(try await ask(scep).status == 200) }
        let (status, wait) = try await ask(scep)
        #expect(status == 503 && (wait ?? 0) > 0)
        let acme = try await ask(server.facts.endpoint("acme").url)
        #expect(acme.status == 429 && (acme.retryAfter ?? 0) > 0)
        #expect(try await ask("\(server.httpURL)/relying-party.pem").status == 200)
        #expect(try await ask("\(server.httpURL)/nothing/here").status == 404)
        let metrics = try await Command.run("curl", ["-sS", "\(server.httpURL)/metrics"]).checked().text.split(separator: "\n")
        for line in [
            #"protocol="scep",status="200"} 4"#, #"protocol="scep",status="503"} 1"#, #"protocol="acme",status="429"} 1"#,
            #"protocol="status",status="200"} 1"#, #"protocol="other",status="404"} 1"#,
        ] {
            #expect(metrics.contains("muster_http_requests_total{\(line)"))
        }
        #expect(try await server.stop() == 0)
    }
}
