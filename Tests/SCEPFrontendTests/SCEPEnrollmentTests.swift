import PKIFormats
import SCEPWire
import SigningKeys
import Testing

@Suite("SCEP enrollment through the router")
struct SCEPEnrollmentTests {
    static func client(_ index: Int = 0, digest: HashAlgorithm = .sha256) async throws -> SCEPTestClient {
        try await SCEPTestClient(key: #require(SCEPTestClient.keys.dropFirst(index).first), digest: digest)
    }

    @Test(
        "A PKCSReq with a challenge gets its certificate, in the digest and cipher it came with",
        arguments: [HashAlgorithm.sha256, .sha384, .sha512], [ContentCipher.aes128CBC, .aes192CBC, .aes256CBC])
    func enrollment(_ digest: HashAlgorithm, _ cipher: ContentCipher) async throws {
        let server = try await SCEPTestServer()
        var client = try await Self.client(digest: digest)
        client.cipher = cipher
        let csr = try await client.csr(challenge: server.challenge(covers: "device-*"))
        let reply = try await server.exchange(client.message(csr.der, to: server.ra))
        #expect(reply.status == .success)
        #expect(reply.isSignatureValid && reply.signer == server.ra)
        #expect(reply.signerInfo.digest == digest)
        #expect(reply.value(SCEPAttributeType.transactionID) == client.transactionID.der)
        #expect(reply.value(SCEPAttributeType.recipientNonce) == DERBytes.octetString(client.nonce ?? []))
        #expect(try CMSEnvelopedData(ber: reply.content ?? []).contentCipher == cipher)
        let certificates = try await reply.certificates(for: client)
        #expect(certificates.map(\.publicKey) == [client.key.publicKey])
        #expect(certificates.first?.subject.commonName == "device-1")
        #expect(certificates.first?.isSigned(by: server.issuer.publicKey) == true)
    }

    @Test("S15: The same message again, and the same request in a new message, get the same certificate")
    func retry() async throws {
        let server = try await SCEPTestServer()
        var client = try await Self.client()
        let csr = try await client.csr(challenge: server.challenge(isOneTime: true, covers: "device-1"))
        let message = try await client.message(csr.der, to: server.ra)
        let first = try await server.exchange(message).certificates(for: client)
        let second = try await server.exchange(message).certificates(for: client)
        client.nonce = nil
        client.signer = try await SCEPTestClient.selfSigned(client.key, name: "another throw-away")
        let third = try await server.exchange(client.message(csr.der, to: server.ra)).certificates(for: client)
        #expect(first.count == 1 && first == second && second == third)
    }

    @Test("S4: A one-time challenge serves one request only")
    func oneTimeChallenge() async throws {
        let server = try await SCEPTestServer()
        let challenge = try await server.challenge(isOneTime: true, covers: "device-*")
        let (one, other) = (try await Self.client(0), try await Self.client(1))
        let first = try await server.exchange(one.message(one.csr(challenge: challenge).der, to: server.ra))
        let second = try await server.exchange(other.message(other.csr(challenge: challenge).der, to: server.ra))
        #expect(first.status == .success)
        #expect(second.status == .failure && second.failInfo == .badRequest)
    }

    @Test("S4: Q35: A missing, an empty and a wrong challenge are refused", arguments: [nil, "", "wrong"])
    func badChallenge(_ challenge: String?) async throws {
        let server = try await SCEPTestServer()
        _ = try await server.challenge(covers: "device-*")
        let client = try await Self.client()
        let reply = try await server.exchange(client.message(client.csr(challenge: challenge).der, to: server.ra))
        #expect(reply.status == .failure && reply.failInfo == .badRequest && reply.content == [])
        #expect(reply.isSignatureValid && reply.failInfoText?.isEmpty == false)
        #expect(reply.text(SCEPAttributeType.microsoftError) == "-2147024891")
    }

    @Test("A name that the challenge does not cover is refused")
    func uncoveredName() async throws {
        let server = try await SCEPTestServer()
        let client = try await Self.client()
        let csr = try await client.csr(name: "device-2", challenge: server.challenge(covers: "device-1"))
        let reply = try await server.exchange(client.message(csr.der, to: server.ra))
        #expect(reply.status == .failure && reply.failInfo == .badRequest)
    }

    @Test("RenewalReq, and PKCSReq signed by the old certificate, renew without a challenge", arguments: ["17", "19"])
    func renewal(_ type: String) async throws {
        let server = try await SCEPTestServer()
        let client = try await Self.client(0)
        let csr = try await client.csr(challenge: server.challenge(covers: "device-1"))
        let old = try #require(try await server.exchange(client.message(csr.der, to: server.ra)).certificates(for: client).first)
        var renewing = client
        renewing.signer = old
        let next = try await Self.client(1)
        let reply = try await server.exchange(renewing.message(next.csr().der, type: type, to: server.ra))
        let renewed = try #require(try await reply.certificates(for: renewing).first)
        #expect(renewed.publicKey == next.key.publicKey && renewed.subject == old.subject && renewed.serialNumber != old.serialNumber)
        let grasping = try await server.exchange(renewing.message(next.csr(name: "device-2").der, type: type, to: server.ra))
        #expect(grasping.status == .failure && grasping.failInfo == .badRequest)
    }

    @Test("S3: A renewal signed by a certificate that only looks like one of ours is refused", arguments: ["17", "19"])
    func forgedRenewal(_ type: String) async throws {
        let server = try await SCEPTestServer()
        var client = try await Self.client()
        let bytes = TBSCertificate(
            serialNumber: [9], signatureAlgorithm: .rsaSHA256, issuer: server.issuer.subject, validity: client.signer.validity,
            subject: DistinguishedName(commonName: "device-1"), publicKey: client.key.publicKey,
            extensions: [Extensions.authorityKeyIdentifier(server.issuer.publicKey.keyIdentifier)]
        ).encoded()
        client.signer = try await Certificate(toBeSigned: bytes, algorithm: .rsaSHA256, signature: client.key.sign(bytes))
        let reply = try await server.exchange(client.message(client.csr().der, type: type, to: server.ra))
        #expect(reply.status == .failure && reply.failInfo == .badRequest)
    }

    @Test("A self-signed RenewalReq is refused, challenge or not")
    func selfSignedRenewal() async throws {
        let server = try await SCEPTestServer()
        let client = try await Self.client()
        let csr = try await client.csr(challenge: server.challenge(covers: "device-1"))
        let reply = try await server.exchange(client.message(csr.der, type: "17", to: server.ra))
        #expect(reply.status == .failure && reply.failInfo == .badRequest)
    }

    @Test("S9: A held request is pending, by resending and by CertPoll, and nobody else's key learns of it")
    func pending() async throws {
        let server = try await SCEPTestServer(disposition: .hold(reason: "approval"))
        let client = try await Self.client(0)
        let csr = try await client.csr(challenge: server.challenge(isOneTime: true, covers: "device-1"))
        let poll = DERBytes.sequence(server.issuer.subject.der, csr.subject.der)
        let early = try await server.exchange(client.message(poll, type: "20", to: server.ra))
        #expect(early.status == .failure && early.failInfo == .badCertId)
        for message in [
            try await client.message(csr.der, to: server.ra), try await client.message(csr.der, to: server.ra),
            try await client.message(poll, type: "20", to: server.ra),
        ] {
            let reply = try await server.exchange(message)
            #expect(reply.status == .pending && reply.content == [] && reply.isSignatureValid)
        }
        let stranger = try await Self.client(1)
        let reply = try await server.exchange(stranger.message(poll, type: "20", to: server.ra))
        #expect(reply.status == .failure && reply.failInfo == .badCertId)
    }

    @Test("CertPoll fetches a certificate that was issued")
    func pollAfterIssuance() async throws {
        let server = try await SCEPTestServer()
        let client = try await Self.client()
        let csr = try await client.csr(challenge: server.challenge(covers: "device-1"))
        let issued = try await server.exchange(client.message(csr.der, to: server.ra)).certificates(for: client)
        let poll = try await server.exchange(
            client.message(DERBytes.sequence(server.ra.subject.der, csr.subject.der), type: "20", to: server.ra))
        #expect(try await poll.certificates(for: client) == issued && issued.count == 1)
    }
}
