import Foundation
import TestSupport
import Testing

/// A PIN in a file is in TokenTests.
@Suite("The PIN of a token", .timeLimit(.minutes(5)))
struct TokenPINTests {
    /// A token with keys for a CA, its RA and its OCSP responder, none of whose URIs tells the PIN.
    private func token() async throws -> (SoftToken, options: [String]) {
        let token = try await SoftToken()
        var options: [String] = []
        for (option, label, type) in [
            ("--ca-key-uri", "issuing", "EC:prime256v1"), ("--ra-key-uri", "ra", "rsa:2048"), ("--ocsp-key-uri", "ocsp", "EC:prime256v1"),
        ] {
            try await token.generate(label, type: type)
            options += [option, token.uri(label, pinFile: nil)]
        }
        return (token, options)
    }

    private func enroll(_ server: MusterServer, _ name: String) async throws {
        let folder = try TemporaryDirectory()
        let endpoint = try server.facts.endpoint("scep")
        let client = try StrongSwan()
        try await client.fetchSCEPCertificates(endpoint.url)
        let key = try await OpenSSL.key(.rsa2048, folder.path("key.pem"))
        let answer = try await client.enrollBySCEP(endpoint.url, key: key, name: name, challenge: endpoint.challenge)
        let certificate = try folder.write("certificate.pem", try answer.checked().stdout)
        try await OpenSSL.verify(certificate, of: server, "-purpose", "sslclient").checked()
        #expect(try await Revocation(server).ocsp(certificate).contains(": good"))
    }

    private func isKept(_ pin: String, in server: MusterServer) throws -> Bool {
        let files = FileManager.default.enumerator(atPath: server.data)?.compactMap { $0 as? String } ?? []
        return files.contains { file in
            FileManager.default.contents(atPath: "\(server.data)/\(file)")?.range(of: Data(pin.utf8)) != nil
        } || server.log.contains(pin)
    }

    @Test("From the environment it serves every key, and a server that starts without it says what to do")
    func environment() async throws {
        let (token, options) = try await token()
        let environment = token.environment.merging(["MUSTER_PKCS11_PIN": SoftToken.pin]) { $1 }
        let server = try await MusterServer.initialised(options, environment: environment)
        try await server.start(environment: environment)
        try await enroll(server, "environment.device.test")
        #expect(try await server.stop() == 0)
        #expect(try !isKept(SoftToken.pin, in: server))
        let alone = try await Command.run(MusterServer.binary, ["serve", "--dir", server.data], environment: token.environment)
        #expect(!alone.succeeded && alone.errorText.contains("MUSTER_PKCS11_PIN"), "\(alone.errorText)")
    }

    @Test("Typed at a terminal it is asked for once a process, serves every key, and is kept nowhere")
    func prompt() async throws {
        let (token, options) = try await token()
        let known = token.environment.merging(["MUSTER_PKCS11_PIN": SoftToken.pin]) { $1 }
        let server = try await MusterServer.initialised(options, environment: known)
        let script = Repository.file("Tests/InteropTests/at-terminal.py")
        func typed(_ pin: String, _ command: [String]) async throws -> CommandResult {
            try await Command.run(
                Repository.python, [script, MusterServer.binary] + command, environment: token.environment.merging(["TYPED": pin]) { $1 })
        }
        let doctor = try await typed(SoftToken.pin, ["doctor", "--dir", server.data])
        #expect(doctor.text.components(separatedBy: "PIN of the token").count == 2, "\(doctor.text)")
        for name in ["issuing", "scep-ra", "ocsp-responder"] { #expect(doctor.text.contains("the key \(name) is in its token, signs")) }
        let wrong = try await typed("000000", ["doctor", "--dir", server.data])
        #expect(wrong.text.contains("the PIN is wrong"), "\(wrong.text)")
        let made = try await typed(SoftToken.pin, ["key", "generate", "--pkcs11", token.uri("next", pinFile: nil)])
        #expect(made.text.contains("-----BEGIN PUBLIC KEY-----"), "\(made.text)")
        let fresh = try TemporaryDirectory()
        let initialised = try await typed(SoftToken.pin, ["init", "--lab", "--dir", fresh.path("data")] + options)
        #expect(initialised.succeeded && FileManager.default.fileExists(atPath: fresh.path("data/muster.yaml")), "\(initialised.text)")

        try await server.start(
            through: [Repository.python, script], environment: token.environment.merging(["TYPED": SoftToken.pin]) { $1 })
        try await enroll(server, "prompt.device.test")
        // The running server's token is open: its other keys need no PIN more.
        try await server.muster("ca", "create", "radio", "--key-uri", token.uri("next", pinFile: nil)).checked()
        #expect(try await server.stop() == 0)
        #expect(try !isKept(SoftToken.pin, in: server))
    }

    @Test("In the URI, where every command line would show it, it is refused")
    func inURI() async throws {
        let token = try await SoftToken()
        let uri = token.uri("key", pinFile: nil) + "&pin-value=\(SoftToken.pin)"
        let folder = try TemporaryDirectory()
        for command in [["key", "generate", "--pkcs11", uri], ["init", "--lab", "--dir", folder.path("data"), "--ocsp-key-uri", uri]] {
            let refused = try await Command.run(MusterServer.binary, command, environment: token.environment)
            #expect(!refused.succeeded && refused.errorText.contains("pin-value would show the PIN"), "\(refused.errorText)")
            #expect(!refused.errorText.contains(SoftToken.pin))
        }
    }
}
