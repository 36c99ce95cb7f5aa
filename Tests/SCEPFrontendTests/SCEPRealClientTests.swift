import Foundation
import TestSupport
import Testing

/// strongSwan's `pki` against the running binary, beyond the enrollments of InteropTests.
@Suite("SCEP with strongSwan against the running server")
struct SCEPRealClientTests {
    private let server: MusterServer
    private let folder: TemporaryDirectory
    private let url: String
    private let challenge: String

    init() async throws {
        server = try await MusterServer.started()
        folder = try TemporaryDirectory()
        let endpoint = try server.facts.endpoint("scep")
        url = endpoint.url
        challenge = endpoint.challenge ?? ""
    }

    private func pki(_ arguments: [String]) async throws -> CommandResult { try await Command.run("pki", arguments, in: folder.path) }

    private func enroll(_ key: String, _ options: [String]) async throws -> CommandResult {
        try await pki(
            [
                "--scep", "--url", url, "--in", key, "--dn", "CN=device-1.test", "--san", "device-1.test", "--cacert-enc", "ra.pem",
                "--cacert-sig", "ra.pem", "--cacert", "ca.pem", "--cacert", "ca-1.pem", "--outform", "pem",
            ] + options)
    }

    @Test("A certificate renews itself under a new key, another signer's digest and padding, and weak algorithms are told so")
    func renewalAndAlgorithms() async throws {
        try await pki(["--scepca", "--url", url, "--caout", "ca.pem", "--raout", "ra.pem", "--outform", "pem", "--force"]).checked()
        for key in ["old.pem", "new.pem"] {
            try folder.write(key, try await pki(["--gen", "--type", "rsa", "--size", "2048", "--outform", "pem"]).checked().stdout)
        }
        for weak in [["--cipher", "des3"], ["--digest", "sha1"]] {
            let refused = try await enroll("old.pem", ["--password", challenge] + weak)
            #expect(!refused.succeeded && refused.errorText.contains("badAlg"))
        }
        let options = ["--password", challenge, "--digest", "sha512", "--rsa-padding", "pss"]
        try folder.write("old.crt", try await enroll("old.pem", options).checked().stdout)
        let renewed = try await enroll("new.pem", ["--cert", "old.crt", "--key", "old.pem"]).checked()
        #expect(renewed.text.contains("BEGIN CERTIFICATE"))
        let stolen = try await enroll("new.pem", [])
        #expect(!stolen.succeeded, "neither a challenge nor a certificate")
        let trail = try await server.muster("transactions", "--json").checked()
        #expect(trail.text.contains("RenewalReq"))
        #expect(try await server.stop() == 0)
    }
}
