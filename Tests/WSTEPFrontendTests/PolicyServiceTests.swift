import EnrollmentCore
import Foundation
import PKIFormats
import Testing
import WSTEPWire

@testable import WSTEPFrontend

@Suite struct PolicyServiceTests {
    private func policies(_ reply: Door.Reply) throws -> [ParsedElement] {
        let response = try reply.body.requiredChild(XMLName(Namespace.policy, "response"))
        return try response.requiredChild(XMLName(Namespace.policy, "policies")).children
    }

    private func attribute(_ policy: ParsedElement?, _ name: String) throws -> String? {
        try policy?.requiredChild(XMLName(Namespace.policy, "attributes")).requiredChild(XMLName(Namespace.policy, name)).text
    }

    @Test func `a known user sees the templates of his rule, the CA and where to enroll`() async throws {
        let door = try await Door()
        let reply = try await door.policies()
        #expect(reply.status == 200)
        #expect(reply.contentType == "application/soap+xml; charset=utf-8")
        let policies = try policies(reply)
        #expect(try policies.map { try attribute($0, "commonName") } == ["windows-computer", "windows-user", "tls-server", "device-8021x"])
        #expect(try attribute(policies.first, "generalFlags") == "64")
        #expect(try attribute(policies.dropFirst().first, "generalFlags") == "0")
        #expect(try attribute(policies.first, "subjectNameFlags") == "65537")
        #expect(reply.text.contains("<uri>https://ca.test:8443/Test-CA-more_CES_UsernamePassword/service.svc/CES</uri>"))
        #expect(
            reply.text.contains("<certificate>\(Data(door.ca.issuing.identity.certificate?.der ?? []).base64EncodedString())</certificate>")
        )
        #expect(reply.text.contains("<a:RelatesTo>urn:uuid:11111111-2222-4333-8444-555555555501</a:RelatesTo>"))
    }

    @Test func `the same question always gets the same bytes`() async throws {
        let door = try await Door()
        #expect(try await door.policies().text == door.policies().text)
    }

    @Test func `a filter keeps templates by name and by OID`() async throws {
        let door = try await Door()
        let oid = TemplateOID(rootKeyIdentifier: door.ca.root.identity.keyIdentifier).value(template: "windows-user")
        let body = SOAPSamples.filteredGetPoliciesBody.replacing("1.3.6.1.4.1.99999.7.1.101", with: oid)
        #expect(try policies(await door.policies(body)).map { try attribute($0, "commonName") } == ["windows-user", "tls-server"])
        let none = SOAPSamples.filteredGetPoliciesBody.replacing(" tls-server ", with: "1.2.3")
        let reply = try await door.policies(none)
        #expect(reply.status == 200)
        #expect(reply.text.contains("<policies xsi:nil=\"true\"/>"))
        #expect(reply.text.contains("<cAs xsi:nil=\"true\"/>"))
    }

    @Test func `a wrong password, a stranger and a user of another endpoint get FailedAuthentication`() async throws {
        let door = try await Door()
        for (user, password) in [("alice", "wrong"), ("nobody", Door.password), ("bob", Door.password)] {
            let reply = try await door.policies(username: user, password: password)
            #expect(reply.status == 500)
            #expect(try reply.fault == ["s:Sender", "wsse:FailedAuthentication"])
        }
        let rows = try await door.ca.services.search.transactions(.init(limit: 10)).filter { $0.endpoint == DefaultEndpoints.wstep }
        #expect(rows.map(\.code) == ["badCredential", "badCredential", "badCredential"])
    }

    @Test func `without a token InvalidSecurity is answered and nothing shown`() async throws {
        let door = try await Door()
        let body = SOAPSamples.envelope(action: SOAPSamples.getPoliciesAction, header: "", body: SOAPSamples.getPoliciesBody)
        let reply = try await door.send(.post, path: door.path(.policy), body: body)
        #expect(reply.status == 500)
        #expect(try reply.fault == ["s:Sender", "wsse:InvalidSecurity"])
    }

    @Test func `a disabled endpoint says so, and the other service's action is not supported`() async throws {
        let door = try await Door()
        let wrong = try await door.send(
            .post, path: door.path(.policy),
            body: SOAPSamples.envelope(action: SOAPSamples.requestAction, body: SOAPSamples.issueBody(token: "AQID")))
        #expect(try wrong.fault == ["s:Sender", "a:ActionNotSupported"])
        let disagreeing = try await door.send(
            .post, path: door.path(.policy),
            body: SOAPSamples.envelope(action: SOAPSamples.getPoliciesAction, body: SOAPSamples.getPoliciesBody),
            contentType: "application/soap+xml; action=\"urn:other\"")
        #expect(try disagreeing.fault == ["s:Sender", "a:ActionNotSupported"])
        try await door.ca.services.catalog.setEnabled(false, endpoint: DefaultEndpoints.wstep)
        #expect(try await door.policies().fault == ["s:Receiver", "a:EndpointUnavailable"])
    }

    @Test func `policy id and template OIDs stay the same, and arcs fit 32 bits`() {
        let root = [UInt8](repeating: 7, count: 20)
        let policyID = PolicyIdentifier.make(endpoint: "wstep-default", rootKeyIdentifier: root)
        #expect(policyID == PolicyIdentifier.make(endpoint: "wstep-default", rootKeyIdentifier: root))
        #expect(policyID != PolicyIdentifier.make(endpoint: "wstep-other", rootKeyIdentifier: root))
        #expect(policyID.wholeMatch(of: /\{[0-9A-F]{8}-[0-9A-F]{4}-8[0-9A-F]{3}-[89AB][0-9A-F]{3}-[0-9A-F]{12}\}/) != nil)
        let oid = TemplateOID(rootKeyIdentifier: root).value(template: "windows-computer")
        #expect(OID(dotted: oid) != nil)
        #expect(oid.hasPrefix("1.3.6.1.4.1.311.21.8."))
        #expect(oid != TemplateOID(rootKeyIdentifier: root).value(template: "windows-user"))
    }

    @Test func `a template for elliptic keys alone is told in schema 3 with its algorithm`() {
        var oids = PolicyOIDTable()
        let template = Template(name: "ec", title: "EC", keyUsage: ["digitalSignature"], allowedKeys: [.p384, .p521], lifetime: 86_400)
        let policy = TemplateView(template: template).policy(oid: "1.2.3", authority: 1, oids: &oids)
        #expect(policy.schema == 3)
        #expect(policy.minimalKeyLength == 384)
        #expect(policy.keySpec == nil)
        #expect(oids.entries.map(\.group) == [.template, .publicKey, .hash, .extensionOrAttribute, .extensionOrAttribute])
        #expect(policy.algorithmOIDReference == 2)
        #expect(policy.hashAlgorithmOIDReference == 3)
    }
}
