import EnrollmentCore
import PKIFormats
import SCEPFrontend
import SCEPWire
import Testing

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

    @Test("Options that nobody could have set close the endpoint instead of being passed over")
    func unknownOption() async throws {
        let server = try await Self.server(["replychain": .text("full")])
        #expect(try await server.get("/scep/default?operation=GetCACert").status == 500)
    }
}
