import EnrollmentCore
import Foundation
import HTTPTransport
import PKIFormats
import SCEPWire
import SigningKeys
import Synchronization
import Testing

@testable import SCEPFrontend

@Suite("SCEP refusals")
struct SCEPRefusalTests {
    @Test("S2: Every message type but PKCSReq, RenewalReq and CertPoll is refused, whatever the challenge")
    func messageTypes() async throws {
        let server = try await SCEPTestServer()
        let client = try await SCEPEnrollmentTests.client()
        let csr = try await client.csr(challenge: server.challenge(covers: "device-1"))
        let envelope = try CMSEnvelopedData.encrypt(csr.der, to: server.ra, cipher: .aes128CBC, keyTransport: .rsaPKCS1)
        for type in (0...99).map(String.init) + ["019", "+19", "nineteen"] where !["17", "19", "20"].contains(type) {
            let reply = try await server.exchange(client.message(envelope: envelope, type: type))
            #expect(reply.status == .failure && reply.failInfo == .badRequest, "messageType \(type)")
        }
        _ = try await server.exchange(client.message(envelope: envelope, type: "\u{1B}[2J\n99"))
        #expect(try await server.transactions().last?.text("operation") == "messageType '2J99'")
        let untyped = try await server.exchange(client.message(envelope: envelope, type: nil))
        #expect(untyped.status == .failure && untyped.failInfo == .badRequest)
        #expect(try await server.database.read("SELECT id FROM issuances", []).isEmpty)
    }

    @Test("SHA-1 gets badAlg with a text that says what to do, in a reply signed with SHA-256")
    func sha1() async throws {
        let server = try await SCEPTestServer()
        let client = try await SCEPEnrollmentTests.client(digest: .sha1)
        let csr = try await client.csr(challenge: server.challenge(covers: "device-1"))
        let reply = try await server.exchange(client.message(csr.der, to: server.ra))
        #expect(reply.status == .failure && reply.failInfo == .badAlg && reply.signerInfo.digest == .sha256)
        #expect(reply.failInfoText?.contains("SHA-256") == true)
    }

    @Test("3DES gets badAlg with a text that says what to do")
    func tripleDES() async throws {
        let server = try await SCEPTestServer()
        var client = try await SCEPEnrollmentTests.client()
        client.cipher = .desEDE3CBC
        let csr = try await client.csr(challenge: server.challenge(covers: "device-1"))
        let reply = try await server.exchange(client.message(csr.der, to: server.ra))
        #expect(reply.status == .failure && reply.failInfo == .badAlg)
        #expect(reply.failInfoText?.contains("AES") == true)
    }

    @Test("No cipher but AES-CBC passes, and no digest but SHA-2")
    func algorithms() {
        for cipher in [ContentCipher.desEDE3CBC, .desCBC, .other([1, 2, 840, 113549, 3, 2])] {
            #expect(throws: Refusal.self) { try SCEPAlgorithms().check(cipher) }
        }
        #expect(HashAlgorithm.allCases.filter(SCEPAlgorithms().isAccepted) == [.sha256, .sha384, .sha512])
    }

    @Test("Q17: A message for an unknown recipient, and one whose signature is broken, get badMessageCheck")
    func wrongRecipientAndSignature() async throws {
        let server = try await SCEPTestServer()
        let client = try await SCEPEnrollmentTests.client()
        let csr = try await client.csr(challenge: server.challenge(covers: "device-1"))
        let misaddressed = try await server.exchange(client.message(csr.der, to: client.signer))
        #expect(misaddressed.status == .failure && misaddressed.failInfo == .badMessageCheck)
        var broken = try await client.message(csr.der, to: server.ra)
        broken[broken.count - 1] ^= 1
        let reply = try await server.exchange(broken)
        #expect(reply.status == .failure && reply.failInfo == .badMessageCheck)
    }

    @Test("A message for the previous RA certificate is opened with it and no other")
    func previousRecipient() async throws {
        let (current, previous) = (try await SCEPTestServer(raKey: SCEPTestClient.keys.last), try await SCEPTestServer())
        let decoder = SCEPRequestDecoder(
            identity: .test(ras: [current.ra, previous.ra], issuers: [current.issuer]))
        let client = try await SCEPEnrollmentTests.client()
        let message = try await SCEPMessage(ber: client.message([0x30, 0], to: previous.ra))
        #expect(try decoder.screen(message).recipient.certificate == previous.ra)
    }

    @Test("S5: Everything that goes wrong from the decryption to the request's own checks looks the same")
    func uniformAnswer() async throws {
        let server = try await SCEPTestServer()
        let client = try await SCEPEnrollmentTests.client(0)
        let victim = try await SCEPEnrollmentTests.client(1)
        let challenge = try await server.challenge(covers: "device-1")
        let captured = try await CMSEnvelopedData.encrypt(
            victim.csr(challenge: challenge).der, to: server.ra, cipher: .aes128CBC, keyTransport: .rsaPKCS1)
        var brokenPadding = captured
        brokenPadding[brokenPadding.count - 17] ^= 1
        var brokenKey = captured
        let position = brokenKey.count / 8
        brokenKey[position] ^= 0x55
        var badProof = try await client.csr(challenge: challenge).der
        badProof[badProof.count - 1] ^= 1
        var replies = try await [captured, brokenPadding].mapInOrder { try await server.exchange(client.message(envelope: $0)) }
        let start = ContinuousClock.now
        replies += try await [[0x30, 0], [UInt8]("no request".utf8), badProof, []].mapInOrder {
            try await server.exchange(client.message($0, to: server.ra))
        }
        #expect(ContinuousClock.now - start >= UniformAnswerClock.tick * 4, "none leaves before its time")
        #expect(Set(replies.map(\.failInfoText)).count == 1)
        #expect(Set(replies.map { $0.text(SCEPAttributeType.microsoftError) }).count == 1)
        #expect(replies.allSatisfy { $0.status == .failure && $0.failInfo == .badMessageCheck && $0.content == [] })
        #expect(Set(replies.map { $0.signerInfo.signedAttributes.map(\.oid) }).count == 1)
    }

    @Test("A signer whose key cannot receive the reply gets badAlg before anything is issued")
    func curveSigner() async throws {
        let server = try await SCEPTestServer()
        let client = try await SCEPTestClient(key: .generate(.p256))
        let csr = try await client.csr(challenge: server.challenge(covers: "device-1"))
        let reply = try await server.exchange(client.message(csr.der, to: server.ra))
        #expect(reply.status == .failure && reply.failInfo == .badAlg)
        #expect(try await server.database.read("SELECT id FROM issuances", []).isEmpty)
    }

    @Test("Identifiers of any alphabet and 255 bytes come back as they were")
    func identifiers() async throws {
        let server = try await SCEPTestServer()
        var client = try await SCEPEnrollmentTests.client()
        let csr = try await client.csr(challenge: "wrong")
        for der in [
            DERBytes.printableString(String(repeating: "7", count: 255)), DERBytes.utf8String("Gerät ⁂"), DERBytes.ia5String("a_b@c"),
            [0x14, 2, 0xE4, 0xFF],
        ] {
            client.transactionID = try SCEPString(der: der)
            let reply = try await server.exchange(client.message(csr.der, to: server.ra))
            #expect(reply.value(SCEPAttributeType.transactionID) == der)
        }
    }

    @Test("Messages that no CertRep can answer get HTTP 400 and a line in the trail")
    func undecodable() async throws {
        let server = try await SCEPTestServer()
        let client = try await SCEPEnrollmentTests.client()
        let message = try await client.message([0x30, 0], to: server.ra)
        var unknownSigner = client
        unknownSigner.signer = server.issuer
        let bodies: [[UInt8]] = [
            [], [0x30], [0x30, 0x80], Array("operation=PKIOperation".utf8), Array(message.dropLast()), message + [0],
            CMSSignedData.degenerate(certificates: [client.signer]),
        ]
        for body in bodies { #expect(try await server.post(body).status == 400) }
        #expect(try await server.get("/scep/default?operation=PKIOperation").status == 400)
        let rows = try await server.transactions()
        #expect(rows.count == bodies.count + 1)
        #expect(
            try rows.allSatisfy { try $0.text("outcome") == "refused" && $0.text("code") == "malformed" && $0.text("stage") == "decode" })
    }

    @Test("A body beyond the limit is refused without being read whole")
    func oversize() async throws {
        let server = try await SCEPTestServer()
        #expect(try await server.post([UInt8](repeating: 0x30, count: SCEPTransport.maximumBody + 1)).status == 413)
    }

    @Test("S13: Q52: A full key pool is answered 503 with Retry-After, a dead key 500")
    func keyTrouble() async throws {
        for (failure, status) in [(SCEPRecipient.Failure.overloaded(retryAfter: .seconds(1)), 503), (.failed, 500)] {
            let server = try await SCEPTestServer(raFailure: failure)
            let client = try await SCEPEnrollmentTests.client()
            let answer = try await server.post(client.message(client.csr(challenge: "x").der, to: server.ra))
            #expect(answer.status == status)
            #expect((answer.headers[.retryAfter] != nil) == (status == 503))
        }
    }

    @Test("S13: Beyond as many messages as may be read at a time, the answer is 503 with Retry-After; whoever only asks is served")
    func fullGate() async throws {
        let server = try await SCEPTestServer(messageLimit: 0)
        let client = try await SCEPEnrollmentTests.client()
        let answer = try await server.post(client.message(client.csr(challenge: "x").der, to: server.ra))
        #expect(answer.status == 503)
        #expect((1...2).contains(answer.headers[.retryAfter].flatMap { Int($0) } ?? 0))
        #expect(try await server.get("/scep/default?operation=GetCACaps").status == 200)
    }

    @Test("A place among the messages is given back, whatever became of one")
    func gateOpens() async throws {
        let server = try await SCEPTestServer(messageLimit: 1)
        let client = try await SCEPEnrollmentTests.client()
        for _ in 0..<3 {
            #expect(try await server.post([0x30, 0x00]).status == 400)
            #expect(try await server.post(client.message(client.csr(challenge: "wrong").der, to: server.ra)).status == 200)
        }
        _ = try await server.enrolled(client)

        let gate = MessageGate(limit: 2)
        var passes = [gate.enter(), gate.enter()]
        #expect(passes.allSatisfy { $0 != nil } && gate.enter() == nil)
        passes[0]?.leave()
        passes[0]?.leave()
        passes.append(gate.enter())
        #expect(passes[2] != nil && gate.enter() == nil)
        passes.removeAll()
        passes = [gate.enter(), gate.enter()]
        #expect(passes.allSatisfy { $0 != nil } && gate.enter() == nil)
    }

    @Test("A message keeps its place until it is answered, or waits for somebody else's server")
    func placeKept() async throws {
        let interlude = Mutex<(@Sendable () async -> Void)?>(nil)
        let server = try await SCEPTestServer(
            messageLimit: 1,
            beforeReply: {
                let work = interlude.withLock { work in
                    defer { work = nil }
                    return work
                }
                await work?()
            })
        let client = try await SCEPEnrollmentTests.client()
        let message = try await client.message(client.csr(challenge: "wrong").der, to: server.ra)
        let elsewhere = try #require(URL(string: "http://127.0.0.1/"))
        let statuses = Mutex<[Int]>([])
        interlude.withLock {
            $0 = {
                for waits in [false, true] {
                    if waits { _ = try? await OutgoingHTTP(rules: .public).get(elsewhere) }
                    let status = (try? await server.post(message))?.status ?? 0
                    statuses.withLock { $0.append(status) }
                }
            }
        }
        #expect(try await server.post(message).status == 200)
        #expect(statuses.withLock { $0 } == [503, 200])
        #expect(try await server.post(message).status == 200)
    }

    @Test("No code of the server is without an answer, and only conditions that pass or concern the URL go without a CertRep")
    func table() {
        for code in Refusal.Code.allCases {
            switch SCEPRefusals.answer(to: code) {
            case .certRep(_, let hresult, let status):
                #expect(hresult < 0 && (400...499).contains(status))
            case .http(let status, let retryAfter):
                #expect([404, 500, 503].contains(status) && (retryAfter != nil) == (status == 503))
            }
        }
    }
}

extension Sequence {
    /// One after the other.
    fileprivate func mapInOrder<T>(_ transform: (Element) async throws -> T) async rethrows -> [T] {
        var results: [T] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
