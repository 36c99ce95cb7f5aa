import Foundation
import TestSupport
import Testing

@Suite("A CA whose keys are in a hardware security module", .timeLimit(.minutes(5)))
struct TokenTests {
    @Test(
        "Root, issuing CA and RA sign in the token, the RA decrypts there, and strongSwan enrolls by SCEP",
        arguments: ["EC:prime256v1", "rsa:2048"])
    func inToken(type: String) async throws {
        let token = try await SoftToken()
        for label in ["root", "issuing"] { try await token.generate(label, type: type) }
        try await token.generate("ra", type: "rsa:2048")
        let server = try await MusterServer.initialised(
            ["--root-key-uri", token.uri("root"), "--ca-key-uri", token.uri("issuing"), "--ra-key-uri", token.uri("ra")],
            environment: token.environment)
        for name in ["root", "issuing", "scep-ra"] {
            #expect(!FileManager.default.fileExists(atPath: "\(server.data)/keys/\(name).pem"))
        }
        try await server.start(environment: token.environment)
        let folder = try TemporaryDirectory()
        let endpoint = try server.facts.endpoint("scep")
        let client = try StrongSwan()
        try await client.fetchSCEPCertificates(endpoint.url)
        let key = try await OpenSSL.key(.rsa2048, folder.path("key.pem"))
        let answer = try await client.enrollBySCEP(endpoint.url, key: key, name: "token.device.test", challenge: endpoint.challenge)
        let certificate = try folder.write("certificate.pem", try answer.checked().stdout)
        try await OpenSSL.verify(certificate, of: server, "-purpose", "sslclient").checked()
        let doctor = try await Command.run(
            MusterServer.binary, ["doctor", "--dir", server.data], environment: token.environment)
        #expect(doctor.succeeded && doctor.text.contains("the key issuing is in its token, signs"), "\(doctor.text)")
        #expect(try await server.stop() == 0)
        // With a token that is not to be had, the server says so and does not start.
        let alone = try await server.muster("serve")
        #expect(!alone.succeeded)
    }

    @Test("A wrong PIN makes no CA, and says so")
    func wrongPIN() async throws {
        let token = try await SoftToken()
        try await token.generate("issuing", type: "EC:prime256v1")
        let folder = try TemporaryDirectory()
        let made = try await Command.run(
            MusterServer.binary,
            ["init", "--lab", "--dir", folder.path("data"), "--ca-key-uri", token.uri("issuing", pinFile: "wrong-pin")],
            environment: token.environment)
        #expect(!made.succeeded && made.errorText.contains("the PIN is wrong"), "\(made.errorText)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("data/muster.yaml")))
    }
}
