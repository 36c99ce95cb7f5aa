import Foundation
import PKIFormats
import SCEPWire
import Testing

@Suite("SCEP over HTTP")
struct SCEPRoutesTests {
    @Test("GetCACaps is text/plain without parameters, under any tail and any CA identifier")
    func capabilities() async throws {
        let server = try await SCEPTestServer()
        for target in [
            "/scep/default?operation=GetCACaps", "/scep/default/?operation=GetCACaps&message=CAIdentifier",
            "/scep/default/pkiclient.exe?operation=getcacaps&message=0",
            "//scep///default/mscep.dll/pkiclient.exe?message=*&operation=GetCACaps",
            "/cgi-bin/pkiclient.exe?operation=GetCACaps", "/certsrv/mscep/mscep.dll/pkiclient.exe?operation=GetCACaps",
        ] {
            let answer = try await server.get(target)
            #expect(answer.status == 200 && answer.contentType == "text/plain", "\(target)")
            #expect(String(decoding: answer.body, as: UTF8.self) == SCEPCapabilities.text())
        }
    }

    @Test("GetCACert gives RA, issuing CA and root in this order, without content")
    func certificates() async throws {
        let server = try await SCEPTestServer()
        let answer = try await server.get("/scep/default?operation=GetCACert&message=default")
        #expect(answer.status == 200 && answer.contentType == "application/x-x509-ca-ra-cert")
        let signedData = try CMSSignedData(ber: answer.body)
        #expect(signedData.certificates == [server.ra, server.issuer, server.root])
        #expect(signedData.content == nil && signedData.signerInfos.isEmpty)
    }

    @Test("One lone CA certificate is sent bare")
    func loneCertificate() async throws {
        let server = try await SCEPTestServer()
        let lone = CACertificates([server.root])
        #expect(lone.contentType == "application/x-x509-ca-cert" && lone.body == server.root.der)
    }

    @Test("GetNextCACert is 404, an unknown or missing operation 400, an unknown or disabled endpoint 404")
    func errors() async throws {
        let server = try await SCEPTestServer()
        #expect(try await server.get("/scep/default?operation=GetNextCACert").status == 404)
        #expect(try await server.get("/scep/default?operation=GetEverything").status == 400)
        #expect(try await server.get("/scep/default").status == 400)
        #expect(try await server.get("/scep/elsewhere?operation=GetCACaps").status == 404)
        try await server.catalog.setEnabled(false, endpoint: "scep-default")
        #expect(try await server.get("/scep/default?operation=GetCACaps").status == 404)
        #expect(try await server.post([0x30, 0]).status == 404)
        #expect(try await server.transactions().count == 6)
    }

    @Test("A PKIOperation by GET, by POST without operation, with an odd one, and in base64 is served")
    func transports() async throws {
        let server = try await SCEPTestServer()
        let client = try await SCEPEnrollmentTests.client()
        let message = try await client.message(client.csr(challenge: server.challenge(covers: "device-1")).der, to: server.ra)
        let base64 = Data(message).base64EncodedString()
        let lines = SCEPTransportTests.lines(of: base64, joinedBy: "%0A").replacing("+", with: "%2B") + "%0A"
        let answers = [
            try await server.get("/scep/default?operation=PKIOperation&message=\(lines)"),
            try await server.get("/scep/default/pkiclient.exe?operation=PKIOperation&message=\(base64)"),
            try await server.post(message, to: "/scep/default"),
            try await server.post(message, to: "/scep/default?operation=PKIOperation&message="),
            try await server.post(message, to: "/scep/default?operation=GetCACaps"),
            try await server.post(Array(base64.utf8)),
        ]
        for answer in answers {
            #expect(answer.status == 200 && answer.contentType == "application/x-pki-message")
            #expect(answer.headers[.cacheControl] == "no-store")
            #expect(try SCEPTestReply(answer.body).status == .success)
        }
        #expect(try await server.database.read("SELECT id FROM issuances", []).count == 1)
    }

    @Test("Q21: GetNextCACert carries the next CA inside and outside of what the present CA signs, and is announced while there is one")
    func nextCA() async throws {
        let server = try await SCEPTestServer(hasNextCA: true)
        let answers = [
            try await server.get("/scep/default?operation=GetNextCACert"),
            try await server.get("/scep/default/pkiclient.exe?operation=getnextcacert&message=0"),
        ]
        #expect(answers.allSatisfy { $0.status == 200 && $0.contentType == "application/x-x509-next-ca-cert" })
        #expect(answers[0].body == answers[1].body, "signed once")
        let message = try CMSSignedData(ber: answers[0].body)
        let info = try #require(message.signerInfos.first)
        #expect(message.signer(of: info) == server.issuer && message.verify(info, server.issuer))
        #expect(message.certificates == [server.issuer, server.ra, server.root])
        #expect(try CMSSignedData(ber: message.content ?? []).certificates == [server.ra, server.root])
        let capabilities = String(decoding: try await server.get("/scep/default?operation=GetCACaps").body, as: UTF8.self)
        #expect(capabilities.hasSuffix("SCEPStandard\nGetNextCACert\n"))
    }
}
