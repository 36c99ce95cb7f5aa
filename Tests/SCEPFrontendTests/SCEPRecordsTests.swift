import EnrollmentCore
import PKIFormats
import SCEPWire
import Testing

@Suite("SCEP GetCert and GetCRL")
struct SCEPRecordsTests {
    static func question(_ server: SCEPTestServer, _ certificate: Certificate) -> [UInt8] {
        IssuerAndSerialNumber(issuer: certificate.issuer, serialNumber: certificate.serialNumber).der
    }

    @Test("Q8: the holder of a certificate gets it again, and the CRL alone, under sscep's constant transactionID")
    func ownCertificate() async throws {
        let server = try await SCEPTestServer()
        var client = try await server.enrolled(SCEPEnrollmentTests.client())
        client.transactionID = SCEPString(printable: "SSCEP transactionId")
        let question = Self.question(server, client.signer)
        for _ in 0..<2 {
            let reply = try await server.exchange(client.message(question, type: "21", to: server.ra))
            #expect(reply.status == .success && reply.isSignatureValid)
            #expect(reply.value(SCEPAttributeType.transactionID) == client.transactionID.der)
            #expect(try await reply.certificates(for: client) == [client.signer])
        }
        for question in [question, IssuerAndSerialNumber(issuer: server.issuer.subject, serialNumber: [1]).der] {
            let inner = try await server.exchange(client.message(question, type: "22", to: server.ra)).inner(for: client)
            #expect(inner.certificates.isEmpty && inner.crls.count == 1)
            let list = try CertificateRevocationList(der: try #require(inner.crls.first))
            #expect(list.issuer.matches(server.issuer.subject))
        }
    }

    @Test("What this authority did not issue is badCertId, for both")
    func unknown() async throws {
        let server = try await SCEPTestServer()
        let client = try await server.enrolled(SCEPEnrollmentTests.client())
        let elsewhere = DistinguishedName(commonName: "Elsewhere")
        for (issuer, type) in [(server.issuer.subject, "21"), (elsewhere, "21"), (elsewhere, "22")] {
            let question = IssuerAndSerialNumber(issuer: issuer, serialNumber: [0x11, 0x22])
            let reply = try await server.exchange(client.message(question.der, type: type, to: server.ra))
            #expect(reply.status == .failure && reply.failInfo == .badCertId)
        }
        let foreignIssuer = IssuerAndSerialNumber(issuer: elsewhere, serialNumber: client.signer.serialNumber)
        let reply = try await server.exchange(client.message(foreignIssuer.der, type: "21", to: server.ra))
        #expect(reply.status == .failure && reply.failInfo == .badCertId)
    }

    @Test(
        "S18: strangers are refused before the RA's key is used, unless the endpoint lets anyone ask, or nobody", arguments: ["21", "22"])
    func strangers(_ type: String) async throws {
        let server = try await SCEPTestServer()
        let holder = try await server.enrolled(SCEPEnrollmentTests.client(0))
        let stranger = try await SCEPEnrollmentTests.client(1)
        let option = type == "21" ? "getCert" : "getCRL"
        let question = Self.question(server, holder.signer)
        func status(_ client: SCEPTestClient, _ inquirer: String?) async throws -> SCEPStatus? {
            try await server.catalog.setOptions(
                EndpointOptions(inquirer.map { [option: .text($0)] } ?? [:]), endpoint: "scep-default")
            return try await server.exchange(client.message(question, type: type, to: server.ra)).status
        }
        #expect(try await status(stranger, nil) == .failure)
        #expect(try await status(stranger, "anyone") == .success)
        #expect(try await status(holder, "none") == .failure)
        try await server.catalog.setOptions(EndpointOptions(), endpoint: "scep-default")
        let unreadable = try await server.exchange(stranger.message(envelope: Self.unreadable(server), type: type))
        #expect(unreadable.failInfo == .badRequest, "not that of a failed decryption: it was never tried")
    }

    static func unreadable(_ server: SCEPTestServer) throws -> [UInt8] {
        var envelope = try CMSEnvelopedData.encrypt([0x30, 0], to: server.ra, cipher: .aes128CBC, keyTransport: .rsaPKCS1)
        envelope[envelope.count - 1] ^= 1
        return envelope
    }

    @Test("S5: what cannot be decrypted and what is no question get the one uniform answer")
    func uniform() async throws {
        let server = try await SCEPTestServer()
        let client = try await server.enrolled(SCEPEnrollmentTests.client())
        let replies = [
            try await server.exchange(client.message(envelope: Self.unreadable(server), type: "21")),
            try await server.exchange(client.message([0x30, 0], type: "21", to: server.ra)),
            try await server.exchange(client.message([0x30, 0], type: "22", to: server.ra)),
            try await server.exchange(client.message([0x30, 0], type: "19", to: server.ra)),
        ]
        #expect(replies.allSatisfy { $0.failInfo == .badMessageCheck } && Set(replies.map(\.failInfoText)).count == 1)
    }
}
