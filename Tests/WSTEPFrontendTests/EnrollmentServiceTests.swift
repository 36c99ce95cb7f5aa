import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing
import WSTEPWire

@testable import WSTEPFrontend

@Suite struct EnrollmentServiceTests {
    /// The parts of an answer that a test looks at.
    private struct Answer {
        let disposition: String
        let requestID: String
        let certificate: Certificate?
        let fullResponse: CMSSignedData

        init(_ reply: Door.Reply) throws {
            let response = try reply.body.requiredChild(XMLName(Namespace.trust, "RequestSecurityTokenResponse"))
            disposition = try response.requiredChild(XMLName(Namespace.enrollment, "DispositionMessage")).text
            requestID = try response.requiredChild(XMLName(Namespace.enrollment, "RequestID")).text
            let requested = try response.requiredChild(XMLName(Namespace.trust, "RequestedSecurityToken"))
            certificate = try requested.child(BinarySecurityToken.name).map {
                try Certificate(der: Array(Data(base64Encoded: $0.text) ?? Data()))
            }
            fullResponse = try CMSSignedData(
                ber: Array(Data(base64Encoded: try response.requiredChild(BinarySecurityToken.name).text) ?? Data()))
        }
    }

    @Test func `a PKCS #10 request becomes a certificate with its chain beside it`() async throws {
        let door = try await Door()
        let key = try SoftwareKey.generate(.p256)
        let token = try await Door.token(commonName: "pc1.test", names: [.dns("pc1.test")], key: key)
        let reply = try await door.enroll(SOAPSamples.issueBody(token: token))
        #expect(reply.status == 200)
        let answer = try Answer(reply)
        let certificate = try #require(answer.certificate)
        #expect(answer.disposition == "Issued")
        #expect(certificate.publicKey == key.publicKey)
        #expect(certificate.isSigned(by: door.ca.issuing.identity.publicKey))
        #expect(certificate.subjectAlternativeNames == [.dns("pc1.test")])
        #expect(certificate.extendedKeyUsages == [OIDs.clientAuth, OIDs.serverAuth])
        let roots = [door.ca.issuing.identity.certificate, door.ca.root.identity.certificate].compactMap { $0?.der }
        #expect(Set(answer.fullResponse.certificates.map(\.der)) == Set(roots + [certificate.der]))
        #expect(UInt32(answer.requestID).map { (1...0x7FFF_FFFF).contains($0) } == true)
    }

    @Test func `the token is looked at, not its label, and Windows' template names choose`() async throws {
        let door = try await Door()
        let token = try await Door.token(commonName: "web.test", names: [.dns("web.test")])
        let body = SOAPSamples.issueBody(
            token: token, valueType: BinarySecurityToken.ValueType.pkcs7.rawValue,
            context: "<ContextItem Name=\"CertificateTemplate\"><Value>tls-server</Value></ContextItem>")
        #expect(try Answer(await door.enroll(body)).certificate?.extendedKeyUsages == [OIDs.serverAuth])
    }

    @Test func `a SAN among the context items is never read`() async throws {
        let door = try await Door()
        let token = try await Door.token(commonName: "pc1.test")
        let body = SOAPSamples.issueBody(
            token: token, context: "<ContextItem Name=\"SAN\"><Value>dns=dc.corp.example&amp;upn=admin@corp.example</Value></ContextItem>")
        #expect(try Answer(await door.enroll(body)).certificate?.subjectAlternativeNames == [.dns("pc1.test")])
    }

    @Test func `a retry of the same request gets the same certificate and number`() async throws {
        let door = try await Door()
        let token = try await Door.token(commonName: "pc1.test")
        let first = try Answer(await door.enroll(SOAPSamples.issueBody(token: token)))
        let second = try Answer(await door.enroll(SOAPSamples.issueBody(token: token)))
        #expect(first.certificate == second.certificate)
        #expect(first.requestID == second.requestID)
    }

    @Test func `names that the user does not cover are refused, and so is another's request`() async throws {
        let door = try await Door()
        for (user, name) in [("alice", "dc.corp.example"), ("mallory", "pc1.test")] {
            let reply = try await door.enroll(SOAPSamples.issueBody(token: try await Door.token(commonName: name)), username: user)
            #expect(reply.status == 500)
            #expect(try reply.fault == ["s:Receiver", "0x80094001"])
        }
    }

    @Test func `a template that is not offered and two that differ are refused`() async throws {
        let door = try await Door()
        func context(_ name: String) -> String { "<ContextItem Name=\"CertificateTemplate\"><Value>\(name)</Value></ContextItem>" }
        let token = try await Door.token(commonName: "pc1.test")
        #expect(
            try await door.enroll(SOAPSamples.issueBody(token: token, context: context("scep-ra"))).fault == ["s:Receiver", "0x80094800"])
        #expect(
            try await door.enroll(SOAPSamples.issueBody(token: token, context: context("scep-ra")), password: "wrong").fault
                == ["s:Sender", "wsse:FailedAuthentication"])
        let both = context("tls-server") + context("windows-user")
        #expect(try await door.enroll(SOAPSamples.issueBody(token: token, context: both)).fault == ["s:Receiver", "0x80094802"])
    }

    @Test func `a template may be named by the OID of the policy answer`() async throws {
        let door = try await Door()
        let identifiers = TemplateOID(rootKeyIdentifier: door.ca.root.identity.keyIdentifier)
        func token(_ oid: String) async throws -> String {
            let value = DERBytes.sequence(try #require(OID(dotted: oid)).der, DERBytes.integer(1), DERBytes.integer(0))
            let information = CertificateExtension(oid: [1, 3, 6, 1, 4, 1, 311, 21, 7], critical: false, value: value)
            return try await Door.token(commonName: "web.test", names: [.dns("web.test")], extensions: [information])
        }
        let known = try await token(identifiers.value(template: "tls-server"))
        #expect(try Answer(await door.enroll(SOAPSamples.issueBody(token: known))).certificate?.extendedKeyUsages == [OIDs.serverAuth])
        let unknown = try await token("1.3.6.1.4.1.311.21.8.1.2.3")
        #expect(try await door.enroll(SOAPSamples.issueBody(token: unknown)).fault == ["s:Receiver", "0x80094800"])
        let other = "<ContextItem Name=\"CertificateTemplate\"><Value>windows-user</Value></ContextItem>"
        #expect(try await door.enroll(SOAPSamples.issueBody(token: known, context: other)).fault == ["s:Receiver", "0x80094802"])
    }

    @Test func `broken, foreign and forged tokens get their result codes`() async throws {
        let door = try await Door()
        let key = try SoftwareKey.generate(.p256)
        let request = try await TestCA.request(key, commonName: "pc1.test")
        var forged = request.der
        forged[forged.count - 1] ^= 1
        let cms = CMSSignedData.degenerate(certificates: [])
        let truncated = Array(request.der.dropLast(9))
        let cases: [([UInt8], String)] = [
            (forged, "0x80090006"), (cms, "0x80091004"), (truncated, "0x8007000D"), ([0x30, 0], "0x8007000D"), ([], "0x8007000D"),
        ]
        for (bytes, code) in cases {
            let reply = try await door.enroll(SOAPSamples.issueBody(token: Data(bytes).base64EncodedString()))
            #expect(reply.status == 500)
            #expect(try reply.fault == ["s:Receiver", code])
        }
        #expect(try await door.ca.services.search.issuances(.init(limit: 100)).allSatisfy { $0.endpoint != DefaultEndpoints.wstep })
    }

    @Test func `a held request is told as taken under submission, and only its user may poll it`() async throws {
        let door = try await Door()
        let held = Endpoint(
            name: "wstep-held", label: "held", protocolName: .wstep, authority: DefaultEndpoints.issuingAuthority,
            bindings: [.init(name: "xcep", authenticators: [.password]), .init(name: "wstep", authenticators: [.password])],
            policy: Policy(rules: [
                try PolicyRule(
                    name: "held", requires: [.knowsPassword], templates: ["windows-computer"],
                    disposition: .hold(reason: "an operator decides"))
            ]))
        try await door.ca.services.catalog.add(endpoints: [held], templates: [], at: door.ca.surroundings.now)
        for user in ["alice", "mallory"] {
            try await door.ca.services.users.add(user, endpoint: held.name, password: Door.password, covers: [NamePattern("*.test")])
        }
        let reply = try await door.enroll(SOAPSamples.issueBody(token: try await Door.token(commonName: "pc1.test")), label: "held")
        #expect(reply.status == 200)
        let answer = try Answer(reply)
        #expect(answer.disposition == "Taken Under Submission")
        #expect(answer.certificate == nil)
        #expect(reply.text.contains("<Reference URI=\"https://ca.test:8443/Test-CA-more_held_CES_UsernamePassword/service.svc/CES\"/>"))
        let poll = SOAPSamples.pollBody.replacing("1043", with: answer.requestID)
        #expect(try Answer(await door.enroll(poll, label: "held")).disposition == "Taken Under Submission")
        #expect(try await door.enroll(poll, username: "mallory", label: "held").fault == ["s:Receiver", "0x80094002"])
        #expect(try await door.enroll(poll, password: "wrong", label: "held").fault == ["s:Sender", "wsse:FailedAuthentication"])
        #expect(try await door.enroll(SOAPSamples.pollBody, label: "held").fault == ["s:Receiver", "0x80094002"])
    }

    @Test func `a poll for a certificate that was issued gives it again`() async throws {
        let door = try await Door()
        let issued = try Answer(await door.enroll(SOAPSamples.issueBody(token: try await Door.token(commonName: "pc1.test"))))
        let polled = try Answer(await door.enroll(SOAPSamples.pollBody.replacing("1043", with: issued.requestID)))
        #expect(polled.certificate == issued.certificate)
        #expect(polled.requestID == issued.requestID)
    }

    @Test func `key archival is refused by its own code`() async throws {
        let door = try await Door()
        let body =
            "<RequestSecurityToken xmlns='\(Namespace.trust)'><RequestType>\(Namespace.trust)/KET</RequestType></RequestSecurityToken>"
        let reply = try await door.send(
            .post, path: door.path(.enrollment), body: SOAPSamples.envelope(action: SOAPAction.keyExchange, body: body))
        #expect(try reply.fault == ["s:Receiver", "0x8009400A"])
    }
}
