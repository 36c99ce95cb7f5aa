import EnrollmentCore
import Foundation
import HTTPTypes
import PKIFormats
import SCEPWire
import SigningKeys
import TestSupport
import Testing

/// The attacks of docs/protocols/scep.md that no other suite tries, by their numbers there.
@Suite("SCEP attacks by number")
struct SCEPAttackTests {
    private static let smartCardLogon: OID = [1, 3, 6, 1, 4, 1, 311, 20, 2, 2]
    private static let anyExtendedKeyUsage: OID = [2, 5, 29, 37, 0]

    @Test("S1: who knows a challenge gets the names it covers and the usages of the template, whatever he asks for")
    func privileges() async throws {
        let server = try await SCEPTestServer()
        let client = try await SCEPEnrollmentTests.client()
        let challenge = try await server.challenge(covers: "device-1")
        let usages = [Extensions.extendedKeyUsage([Self.smartCardLogon, Self.anyExtendedKeyUsage])]
        let csr = try await client.csr(challenge: challenge, extensions: usages)
        let certificate = try #require(try await server.exchange(client.message(csr.der, to: server.ra)).certificates(for: client).first)
        #expect(certificate.extendedKeyUsages == [[1, 3, 6, 1, 5, 5, 7, 3, 2]])
        for wish in [GeneralName.dns("dc1.corp.test"), .upn("administrator@corp.test"), .email("ceo@corp.test"), .ip([10, 0, 0, 1])] {
            let csr = try await client.csr(challenge: challenge, extensions: [Extensions.subjectAlternativeName([wish])])
            #expect(try await server.exchange(client.message(csr.der, to: server.ra)).failInfo == .badRequest, "\(wish)")
        }
        let other = try await client.csr(name: "administrator", challenge: challenge)
        #expect(try await server.exchange(client.message(other.der, to: server.ra)).failInfo == .badRequest)
    }

    @Test("S4: of two devices that race with one one-time challenge exactly one gets a certificate")
    func race() async throws {
        let server = try await SCEPTestServer()
        let challenge = try await server.challenge(isOneTime: true, covers: "device-*")
        var messages: [[UInt8]] = []
        for index in 0..<3 {
            let client = try await SCEPEnrollmentTests.client(index)
            messages.append(
                try await client.message(client.csr(name: "device-\(index)", challenge: challenge).der, to: server.ra))
        }
        let replies = try await withThrowingTaskGroup(of: SCEPTestReply.self) { group in
            for message in messages { group.addTask { try await server.exchange(message) } }
            return try await group.reduce(into: [SCEPTestReply]()) { $0.append($1) }
        }
        #expect(replies.filter { $0.status == .success }.count == 1)
        #expect(try await server.database.read("SELECT id FROM issuances", []).count == 1)
    }

    @Test("S4: a challenge lies in the database as a hash alone, and an endpoint without any takes none")
    func unset() async throws {
        let server = try await SCEPTestServer()
        let client = try await SCEPEnrollmentTests.client()
        for challenge in [nil, ""] {
            let reply = try await server.exchange(client.message(client.csr(challenge: challenge).der, to: server.ra))
            #expect(reply.failInfo == .badRequest)
        }
        let secret = try await server.challenge(covers: "device-1")
        let row = try #require(try await server.database.read("SELECT secret_hash FROM challenges", []).first)
        #expect(try row.blob("secret_hash") == HashAlgorithm.sha256.digest(Array(secret.utf8)))
    }

    @Test("S7: the RA's key opens and signs messages; what it signs as a device of its own is refused")
    func registrationAuthority() async throws {
        let server = try await SCEPTestServer()
        var client = try await SCEPEnrollmentTests.client()
        let csr = try await client.csr(name: "device-1")
        client.key = try SCEPTestServer.raKey.get()
        client.signer = server.ra
        for type in ["17", "19"] {
            #expect(try await server.exchange(client.message(csr.der, type: type, to: server.ra)).failInfo == .badRequest)
        }
        #expect(try await server.database.read("SELECT id FROM issuances", []).isEmpty)
    }

    @Test("S9: a transactionID is a key for nothing: hostile ones do no harm, and one in use is another client's too")
    func transactionIDs() async throws {
        let server = try await SCEPTestServer()
        let secret = try await server.challenge(covers: "device-*")
        for text in ["'; DROP TABLE issuances; --", "../../etc/passwd", "%s%n", "\u{1B}[2J\u{7}\r\nfake: line", "constant", "constant"] {
            var client = try await SCEPEnrollmentTests.client()
            client.transactionID = SCEPString(printable: text)
            let reply = try await server.exchange(client.message(client.csr(challenge: secret).der, to: server.ra))
            #expect(reply.status == .success && reply.value(SCEPAttributeType.transactionID) == client.transactionID.der)
        }
        var other = try await SCEPEnrollmentTests.client(1)
        other.transactionID = SCEPString(printable: "constant")
        let reply = try await server.exchange(other.message(other.csr(name: "device-2", challenge: secret).der, to: server.ra))
        #expect(try await reply.certificates(for: other).map(\.publicKey) == [other.key.publicKey])
        for row in try await server.transactions() {
            #expect(try !row.text("trail").unicodeScalars.contains("\u{1B}") && row.text("operation") == "PKCSReq")
        }
    }

    @Test("S11: more than four recipients are refused, and of several only ours counts")
    func recipients() async throws {
        let server = try await SCEPTestServer()
        let client = try await SCEPEnrollmentTests.client()
        let csr = try await client.csr(challenge: server.challenge(covers: "device-1"))
        let folder = try TemporaryDirectory()
        try folder.write("csr", csr.der)
        try folder.write("ra.pem", server.ra.pem)
        for index in 0..<4 {
            try folder.write("other-\(index).pem", try await SCEPTestClient.selfSigned(client.key, name: "other-\(index)").pem)
        }
        for (others, status) in [(3, SCEPStatus.success), (4, .failure)] {
            let files = (0..<others).map { "other-\($0).pem" } + ["ra.pem"]
            try await Command.run(
                "openssl", ["cms", "-encrypt", "-binary", "-aes128", "-in", "csr", "-outform", "DER", "-out", "envelope"] + files,
                in: folder.path
            ).checked()
            #expect(try await server.exchange(client.message(envelope: folder.read("envelope"))).status == status)
        }
    }

    @Test("S12: requests that smuggle are refused or stripped, and never copied")
    func smuggling() async throws {
        let server = try await SCEPTestServer()
        let client = try await SCEPEnrollmentTests.client()
        let challenge = try await server.challenge(covers: "device-*")
        let hundredAndOne = (0...100).map { GeneralName.dns("device-\($0)") }
        let refused: [[CertificateExtension]] = [
            [Extensions.basicConstraints(isCA: true)], [Extensions.keyUsage([.keyCertSign])],
            [Extensions.subjectAlternativeName(hundredAndOne)],
            [Extensions.subjectAlternativeName([.dns("device-1")]), Extensions.subjectAlternativeName([.dns("device-2")])],
        ]
        for extensions in refused {
            let csr = try? await client.csr(challenge: challenge, extensions: extensions)
            guard let csr else { continue }
            #expect(try await server.exchange(client.message(csr.der, to: server.ra)).status == .failure)
        }
        for name in ["device-1\u{0}.evil.test", "device-1\u{0}"] {
            let csr = try await client.csr(name: name, challenge: challenge)
            #expect(try await server.exchange(client.message(csr.der, to: server.ra)).status == .failure)
        }
        let constraints = CertificateExtension(oid: [2, 5, 29, 30], critical: true, value: DERBytes.sequence())
        let csr = try await client.csr(challenge: challenge, extensions: [constraints])
        let certificate = try await server.exchange(client.message(csr.der, to: server.ra)).certificates(for: client).first
        #expect(certificate?.extensions.contains { $0.oid == constraints.oid } == false)
    }

    @Test("S14: a renewal certifies no key whose holder has not signed the request")
    func keySubstitution() async throws {
        let server = try await SCEPTestServer()
        let enrolled = try await server.enrolled(SCEPEnrollmentTests.client(0))
        let victim = try await SCEPEnrollmentTests.client(1)
        let info = CertificationRequest.toBeSigned(
            subject: DistinguishedName(commonName: "device-1"), publicKey: victim.key.publicKey, attributes: [])
        let forged = try await CertificationRequest(info: info, algorithm: .rsaSHA256, signature: enrolled.key.sign(info))
        let reply = try await server.exchange(enrolled.message(forged.der, type: "17", to: server.ra))
        #expect(reply.status == .failure && reply.failInfo == .badMessageCheck)
    }

    @Test(
        "S16: what a client reads of a refusal is a fixed text: no names, no causes of decryption, no challenge; nor does the trail hold one"
    )
    func leaks() async throws {
        let server = try await SCEPTestServer()
        let client = try await SCEPEnrollmentTests.client()
        let secret = try await server.challenge(isOneTime: true, covers: "device-1")
        var texts: [String] = []
        for (name, challenge) in [("device-2", secret), ("device-1", "wrong-secret-of-mine"), ("device-1", secret)] {
            let message = try await client.message(client.csr(name: name, challenge: challenge).der, to: server.ra)
            let base64 = Data(message).base64EncodedString().replacing("+", with: "%2B")
            let answer = try await server.get("/scep/default?operation=PKIOperation&message=\(base64)")
            texts.append(try SCEPTestReply(answer.body).failInfoText ?? "")
        }
        #expect(texts == ["the credential does not cover a requested name", "the challenge was not accepted", ""])
        for row in try await server.transactions() {
            let told = "\(row)"
            #expect(!told.contains(secret) && !told.contains("wrong-secret-of-mine") && !told.contains("message="))
        }
    }

    @Test("S20: no redirect, no cookie, no compression, and what was signed for one client is not stored on the way")
    func transport() async throws {
        let server = try await SCEPTestServer()
        let client = try await SCEPEnrollmentTests.client()
        let answers = [
            try await server.get("/scep/default?operation=GetCACaps"), try await server.get("/scep/default/?operation=GetCACert"),
            try await server.post(client.message(client.csr(challenge: "wrong").der, to: server.ra)),
        ]
        for answer in answers {
            #expect(answer.status == 200)
            #expect(answer.headers[.setCookie] == nil && answer.headers[.contentEncoding] == nil && answer.headers[.location] == nil)
        }
        #expect(answers.last?.headers[.cacheControl] == "no-store")
    }
}
