import EnrollmentCore
import PKIFormats
import SCEPWire
import Testing

@testable import SCEPFrontend

@Suite("Options of a SCEP endpoint")
struct SCEPOptionsTests {
    static func server(_ options: [String: EndpointOptions.Value]) async throws -> SCEPTestServer {
        let server = try await SCEPTestServer()
        try await server.catalog.setOptions(EndpointOptions(options), endpoint: "scep-default")
        return server
    }

    @Test("Q42: the reply holds the leaf alone, or its issuer behind it, or all but the root", arguments: ["none", "issuer", "full"])
    func replyChain(_ chain: String) async throws {
        let server = try await Self.server(["replyChain": .text(chain)])
        let client = try await SCEPEnrollmentTests.client()
        let csr = try await client.csr(challenge: server.challenge(covers: "device-1"))
        let certificates = try await server.exchange(client.message(csr.der, to: server.ra)).certificates(for: client)
        #expect(certificates.first?.publicKey == client.key.publicKey)
        #expect(Array(certificates.dropFirst()) == (chain == "none" ? [] : [server.issuer]))
    }

    @Test("Q39: GetCACert leaves the root out where the endpoint says so")
    func root() async throws {
        let server = try await Self.server(["sendRoot": .flag(false)])
        let body = try await server.get("/scep/default?operation=GetCACert").body
        #expect(try CMSSignedData(ber: body).certificates == [server.ra, server.issuer])
    }

    @Test("Q12: eContent of a refusal is present and empty, or absent where the endpoint says so", arguments: [false, true])
    func content(_ isAbsent: Bool) async throws {
        let server = try await Self.server(["absentContent": .flag(isAbsent)])
        let client = try await SCEPEnrollmentTests.client()
        let reply = try await server.exchange(client.message(client.csr(challenge: "wrong").der, to: server.ra))
        #expect(reply.status == .failure && reply.isSignatureValid)
        #expect(reply.content == (isAbsent ? nil : []))
    }

    @Test("S6: 3DES and SHA-1 are announced, taken and mirrored where the endpoint allows them, single DES and MD5 never")
    func legacy() async throws {
        let server = try await Self.server(["allow3DES": .flag(true), "allowSHA1": .flag(true)])
        let capabilities = String(decoding: try await server.get("/scep/default?operation=GetCACaps").body, as: UTF8.self)
        #expect(capabilities.hasSuffix("SCEPStandard\nDES3\nSHA-1\n"))
        var client = try await SCEPEnrollmentTests.client(digest: .sha1)
        client.cipher = .desEDE3CBC
        let weak = try await client.csr(challenge: server.challenge(covers: "device-1"), algorithm: .rsaSHA1)
        let reply = try await server.exchange(client.message(weak.der, to: server.ra))
        #expect(reply.isSignatureValid && reply.signerInfo.digest == .sha1)
        #expect(try CMSEnvelopedData(ber: reply.content ?? []).contentCipher == .desEDE3CBC)
        #expect(try await reply.certificates(for: client).count == 1)
        let algorithms = SCEPAlgorithms(allows3DES: true, allowsSHA1: true)
        #expect(throws: Refusal.self) { try algorithms.check(.desCBC) }
        #expect(throws: Refusal.self) { try algorithms.check(.other([1, 2, 840, 113549, 3, 2])) }
    }

    @Test("S6: a request signed with SHA-1 inside a message of SHA-256 is refused with badAlg unless the endpoint allows it")
    func weakRequest() async throws {
        let server = try await SCEPTestServer()
        let client = try await SCEPEnrollmentTests.client()
        let weak = try await client.csr(challenge: server.challenge(covers: "device-1"), algorithm: .rsaSHA1)
        let reply = try await server.exchange(client.message(weak.der, to: server.ra))
        #expect(reply.status == .failure && reply.failInfo == .badAlg)
    }

    @Test("S6: Q41: MD5 gets badAlg in a reply of SHA-256 that names the remedy, and is never verified")
    func md5() async throws {
        let server = try await SCEPTestServer()
        let client = try await SCEPEnrollmentTests.client()
        let message = try await client.message(client.csr(challenge: server.challenge(covers: "device-1")).der, to: server.ra)
        let md5 = DERBytes.sequence(OIDs.md5.der, DERBytes.null)
        let sha256 = HashAlgorithm.sha256.algorithmIdentifier
        let changed = try Self.replacing(sha256 + [0xA0], with: md5 + [0xA0], in: message)
        let read = try SCEPMessage(ber: changed)
        #expect(read.digest == nil && read.digestOID == OIDs.md5 && !read.isSignatureValid)
        let reply = try await server.exchange(changed)
        #expect(reply.status == .failure && reply.failInfo == .badAlg && reply.signerInfo.digest == .sha256)
        #expect(reply.failInfoText?.contains("MD5") == true && reply.failInfoText?.contains("SHA-256") == true)
        #expect(reply.value(SCEPAttributeType.transactionID) == client.transactionID.der)
    }

    /// The message with one element of its SignerInfo exchanged and all lengths around it corrected.
    static func replacing(_ old: [UInt8], with new: [UInt8], in message: [UInt8]) throws -> [UInt8] {
        func rebuild(_ bytes: [UInt8]) throws -> [UInt8] {
            guard let position = bytes.lastRange(of: old)?.lowerBound else { return bytes }
            let element = try TLV(bytes, "test", rules: .ber)
            guard element.isConstructed else { return bytes }
            var children: [[UInt8]] = []
            var reader = try element.reader("test")
            while let child = reader.next() { children.append(child.raw) }
            _ = position
            if let index = children.indices.dropLast().first(where: { children[$0] + children[$0 + 1].prefix(1) == old }) {
                children[index] = Array(new.dropLast())
            } else {
                children = try children.map(rebuild)
            }
            return DERBytes.element(bytes[0], children.flatMap { $0 })
        }
        return try rebuild(message)
    }

    @Test("S2: UpdateReq is refused, and where it is switched on it is a renewal with all that a renewal must show")
    func updateRequest() async throws {
        let server = try await Self.server(["allowUpdateReq": .flag(true)])
        let client = try await SCEPEnrollmentTests.client(0)
        let bare = try await server.exchange(
            client.message(client.csr(challenge: server.challenge(covers: "device-1")).der, type: "18", to: server.ra))
        #expect(bare.status == .failure && bare.failInfo == .badRequest)
        let enrolled = try await server.enrolled(client)
        let next = try await SCEPEnrollmentTests.client(1)
        let renewed = try await server.exchange(enrolled.message(next.csr().der, type: "18", to: server.ra))
        #expect(try await renewed.certificates(for: enrolled).map(\.publicKey) == [next.key.publicKey])
        let other = try await server.exchange(enrolled.message(next.csr(name: "device-2").der, type: "18", to: server.ra))
        #expect(other.status == .failure)
        try await server.catalog.setOptions(EndpointOptions(), endpoint: "scep-default")
        let closed = try await server.exchange(enrolled.message(next.csr().der, type: "18", to: server.ra))
        #expect(closed.status == .failure && closed.failInfo == .badRequest)
    }

    @Test("Q51: a nonce of 8 bytes or none is taken, unless the endpoint requires one")
    func nonces() async throws {
        let server = try await SCEPTestServer()
        var client = try await SCEPEnrollmentTests.client()
        let csr = try await client.csr(challenge: server.challenge(covers: "device-1"))
        for (nonce, isTakenStrictly) in [(nil, false), ([], false), ([UInt8](repeating: 5, count: 8), true)] as [([UInt8]?, Bool)] {
            client.nonce = nonce
            try await server.catalog.setOptions(EndpointOptions(), endpoint: "scep-default")
            let reply = try await server.exchange(client.message(csr.der, to: server.ra))
            #expect(reply.status == .success)
            #expect(reply.value(SCEPAttributeType.recipientNonce) == nonce.map { DERBytes.octetString($0) })
            try await server.catalog.setOptions(EndpointOptions(["requireNonce": .flag(true)]), endpoint: "scep-default")
            #expect(try await server.exchange(client.message(csr.der, to: server.ra)).status == (isTakenStrictly ? .success : .failure))
        }
    }

    @Test("Options that nobody could have set close the endpoint instead of being passed over")
    func unknownOption() async throws {
        let server = try await Self.server(["replychain": .text("full")])
        #expect(try await server.get("/scep/default?operation=GetCACert").status == 500)
    }
}
