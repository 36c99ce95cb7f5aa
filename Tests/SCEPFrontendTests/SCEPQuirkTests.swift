import EnrollmentCore
import Foundation
import PKIFormats
import SCEPWire
import TestSupport
import Testing

/// Quirks of clients that are met by the template or by leaving something alone, by their numbers in docs/protocols/scep.md.
@Suite("SCEP quirks by number")
struct SCEPQuirkTests {
    private static func enroll(
        _ server: SCEPTestServer, _ subject: DistinguishedName? = nil, covers: [String] = ["device-1"],
        extensions: [CertificateExtension] = []
    ) async throws -> (reply: SCEPTestReply, certificate: Certificate?) {
        let client = try await SCEPEnrollmentTests.client()
        let patterns = try covers.map { try NamePattern($0) }
        let challenge = try await server.challenges.make(endpoint: "scep-default", isOneTime: false, covers: patterns, lifetime: nil).secret
        let csr = try await client.csr(subject: subject, challenge: challenge, extensions: extensions)
        let reply = try await server.exchange(client.message(csr.der, to: server.ra))
        return (reply, reply.status == .success ? try await reply.certificates(for: client).first : nil)
    }

    @Test("Q10: the serial number of a throw-away certificate is not looked at: sscep writes its transactionID there, in 32 octets")
    func throwAwaySerial() async throws {
        let server = try await SCEPTestServer()
        var client = try await SCEPEnrollmentTests.client()
        client.transactionID = SCEPString(printable: "1B2C3D4E5F60718293A4B5C6D7E8F901")
        let name = DistinguishedName(commonName: "device-1")
        let bytes = TBSCertificate(
            serialNumber: client.transactionID.bytes, signatureAlgorithm: .rsaSHA256, issuer: name, validity: client.signer.validity,
            subject: name, publicKey: client.key.publicKey, extensions: []
        ).encoded()
        client.signer = try await Certificate(toBeSigned: bytes, algorithm: .rsaSHA256, signature: client.key.sign(bytes))
        let csr = try await client.csr(challenge: server.challenge(covers: "device-1"))
        let reply = try await server.exchange(client.message(csr.der, to: server.ra))
        #expect(try await reply.certificates(for: client).map(\.publicKey) == [client.key.publicKey])
    }

    @Test("Q36: notBefore is set back by what the template says, for devices whose clock is late")
    func backdating() async throws {
        let clock = TestClock()
        let server = try await SCEPTestServer(clock: clock) { $0.backdating = 10 * 3600 }
        let certificate = try #require(try await Self.enroll(server).certificate)
        #expect(certificate.validity.notBefore == clock.now.addingTimeInterval(-10 * 3600))
    }

    @Test("S19: however far a template sets notBefore back, never before the issuer's, and a client's signingTime does not matter")
    func backdatingEnds() async throws {
        let server = try await SCEPTestServer { $0.backdating = 40 * 86_400 }
        let certificate = try #require(try await Self.enroll(server).certificate)
        #expect(certificate.validity.notBefore == server.issuer.validity.notBefore)
    }

    @Test("Q37: a URI of the scheme tag: is a name as any other, if the challenge covers it and the template carries URIs")
    func tagURI() async throws {
        let server = try await SCEPTestServer()
        let uri = GeneralName.uri("tag:example.test,2026-01-01:device:17")
        let wish = [Extensions.subjectAlternativeName([uri])]
        let covered = try await Self.enroll(server, covers: ["device-1", "uri:tag:example.test,2026-01-01:device:17"], extensions: wish)
        #expect(covered.certificate?.subjectAlternativeNames == [uri])
        #expect(try await Self.enroll(server, extensions: wish).reply.failInfo == .badRequest)
    }

    @Test("Q38: S8: a SID that the client asks for never enters, neither as Microsoft's extension nor as URI")
    func spoofedSID() async throws {
        let server = try await SCEPTestServer()
        let sid = "S-1-5-21-1-2-3-500"
        let uri = GeneralName.uri("tag:microsoft.com,2022-09-14:sid:\(sid)")
        let wishes = [Extensions.subjectAlternativeName([uri, .dns("device-1")]), Extensions.microsoftSecurityIdentifier(sid)]
        let certificate = try #require(
            try await Self.enroll(server, covers: ["device-1", "uri:tag:microsoft.com,2022-09-14:sid:\(sid)"], extensions: wishes)
                .certificate)
        #expect(certificate.subjectAlternativeNames == [.dns("device-1")])
        #expect(!certificate.extensions.contains { $0.oid == OIDs.microsoftSecurityIdentifier })
        #expect(Data(certificate.der).range(of: Data(sid.utf8)) == nil)
    }

    @Test("Q45: serialNumber and unstructuredName of Cisco's subjects are kept where the template takes them, in its order")
    func subjectAttributes() async throws {
        let subject = DistinguishedName([
            (OIDs.serialNumber, "FTX1234ABCD"), (OIDs.unstructuredName, "router-1.lab.test"), (OIDs.commonName, "device-1"),
        ])
        let taking = try await SCEPTestServer {
            $0.subject = [
                .init("serialNumber", from: .proposal, matching: ["FTX*"]),
                .init("unstructuredName", from: .proposal, matching: ["*.lab.test"]),
            ]
        }
        #expect(try await Self.enroll(taking, subject).certificate?.subject.attributes.map(\.text) == subject.attributes.map(\.text))
        let plain = try await SCEPTestServer()
        #expect(try await Self.enroll(plain, subject).certificate?.subject == DistinguishedName(commonName: "device-1"))
    }

    @Test("Q44: Q15: the subject of a throw-away certificate has nothing to do with the request's")
    func otherSubject() async throws {
        let server = try await SCEPTestServer()
        var client = try await SCEPEnrollmentTests.client()
        client.signer = try await SCEPTestClient.selfSigned(client.key, name: "SCEP SIGNER")
        let csr = try await client.csr(challenge: server.challenge(covers: "device-1"))
        let certificates = try await server.exchange(client.message(csr.der, to: server.ra)).certificates(for: client)
        #expect(certificates.first?.subject.commonName == "device-1")
    }
}
