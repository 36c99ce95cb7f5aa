import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

/// GnuTLS as another opinion, where it is installed.
@Suite("certtool", .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/certtool")))
struct CerttoolTests {
    /// The result of certtool; with or without success.
    static func certtool(_ arguments: [String]) async throws -> CommandResult {
        try await Command.run("certtool", arguments, in: Lab.shared.directory.path)
    }

    @Test("It verifies our requests", arguments: ["rsa", "p256", "p384", "ed25519"])
    func requests(kind: String) async throws {
        let lab = try await Lab.shared
        let request = try await CertificationRequestTests.request(
            [RequestAttribute.extensionRequest([Extensions.subjectAlternativeName([.dns("a.test")])])], kind: kind)
        let file = try lab.directory.write("certtool-\(kind).csr", request.pem)
        let result = try await Self.certtool(["--crq-info", "--infile", file]).checked()
        #expect(result.text.contains("DNSname: a.test"))
        #expect(result.text.contains("Self signature: verified"))
    }

    @Test("Its requests are read", arguments: ["rsa", "p256"])
    func foreignRequests(kind: String) async throws {
        let lab = try await Lab.shared
        let template = try lab.directory.write(
            "certtool-\(kind).template",
            "cn = device\norganization = Lab\ndns_name = device.test\nip_address = 192.0.2.7\nchallenge_password = secret\ntls_www_client\n"
        )
        let text = try await Self.certtool(["--generate-request", "--load-privkey", "\(kind).key", "--template", template]).checked().text
        let request = try CertificationRequest(pem: text)
        #expect(request.isSelfSignatureValid)
        #expect(request.subject.commonName == "device")
        #expect(request.subjectAlternativeNames == [.dns("device.test"), .ip([192, 0, 2, 7])])
        #expect(try request.challengePassword == "secret")
    }

    @Test("It verifies our lists", arguments: ["rsa", "p256", "p384", "ed25519"])
    func lists(kind: String) async throws {
        let lab = try await Lab.shared
        let list = try await RevocationTests.list(
            kind, [RevokedEntry(serialNumber: [0x00, 0xD1, 0x22], revocationDate: RevocationTests.now, reason: .keyCompromise)])
        let file = try lab.directory.write("certtool-\(kind).crl", list.pem)
        let result = try await Self.certtool(["--verify-crl", "--load-ca-certificate", "\(kind).pem", "--infile", file])
        #expect(result.succeeded && (result.text + result.errorText).contains("Verified"), "\(result.text) \(result.errorText)")
        #expect(try await Self.certtool(["--crl-info", "--infile", file]).checked().text.contains("Serial Number (hex): 00d122"))
    }

    @Test("It verifies our messages", arguments: ["rsa", "p256"])
    func messages(kind: String) async throws {
        let lab = try await Lab.shared
        let file = try lab.directory.write("certtool-\(kind).p7", try await SignedDataTests.ours(kind))
        let result = try await Self.certtool(["--p7-verify", "--inder", "--load-ca-certificate", "\(kind).pem", "--infile", file])
        #expect((result.text + result.errorText).contains("Signature status: ok"), "\(result.text) \(result.errorText)")
    }
}
