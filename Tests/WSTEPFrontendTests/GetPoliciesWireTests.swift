import PKIFormats
import Testing

@testable import WSTEPWire

@Suite struct GetPoliciesWireTests {
    private func request(_ body: String) throws -> GetPoliciesRequest {
        let text = SOAPSamples.envelope(action: SOAPSamples.getPoliciesAction, body: body)
        return try GetPoliciesRequest(SOAPEnvelope(XMLDocumentParser.parse(Array(text.utf8))).body)
    }

    @Test func `the first call of Windows asks for everything`() throws {
        #expect(try request(SOAPSamples.getPoliciesBody).policyOIDs.isEmpty)
    }

    @Test func `a filter names templates by OID or name`() throws {
        #expect(try request(SOAPSamples.filteredGetPoliciesBody).policyOIDs == ["1.3.6.1.4.1.99999.7.1.101", "tls-server"])
    }

    @Test func `an absent or empty filter is none`() throws {
        #expect(try request(SOAPSamples.getPoliciesBody.replacing("<requestFilter xsi:nil=\"true\"/>", with: "")).policyOIDs.isEmpty)
        #expect(
            try request(SOAPSamples.getPoliciesBody.replacing("<requestFilter xsi:nil=\"true\"/>", with: "<requestFilter/>")).policyOIDs
                .isEmpty)
    }

    @Test func `a missing, nil, empty or doubled client element is refused`() {
        let client = "<client><lastUpdate>0001-01-01T00:00:00</lastUpdate><preferredLanguage xsi:nil=\"true\"/></client>"
        for replacement in ["", "<client xsi:nil='true'/>", "<client/>", client + client, "<client><lastUpdate/><lastUpdate/></client>"] {
            #expect(throws: FormatError.self) { try request(SOAPSamples.getPoliciesBody.replacing(client, with: replacement)) }
        }
    }

    private let response: GetPoliciesResponse = {
        var oids = PolicyOIDTable()
        let template = oids.reference("1.3.6.1.4.1.311.21.8.1.2", .template, name: "Windows computer")
        let usage = oids.reference("2.5.29.15", .extensionOrAttribute, name: "Key Usage")
        let policy = EnrollmentPolicy(
            oidReference: template, caReferences: [1], commonName: "windows-computer", schema: 1, validitySeconds: 31_536_000,
            renewalSeconds: 10_512_000, mayEnroll: true, mayAutoenroll: false, minimalKeyLength: 2048, keySpec: 1,
            algorithmOIDReference: nil,
            cryptoProviders: ["P & Q"],
            majorRevision: 100, minorRevision: 1, privateKeyFlags: 0, subjectNameFlags: 0x8000_0001, enrollmentFlags: 0, generalFlags: 0x40,
            hashAlgorithmOIDReference: nil,
            extensions: [PolicyExtension(oidReference: usage, isCritical: true, value: [3, 2, 5, 0xA0])])
        let authority = PolicyAuthority(reference: 1, addresses: [.init(uri: "https://h:8443/CES", priority: 1)], certificate: [0x30, 0])
        return GetPoliciesResponse(
            policyID: "{4E1D2B7A-3C55-4D0C-9A67-2F1B8C0D5E21}", friendlyName: "Lab", nextUpdateHours: 8, policies: [policy],
            authorities: [authority], oids: oids)
    }()

    @Test func `the answer names every element of the schema in order`() throws {
        let root = try XMLDocumentParser.parse(response.encoded(relatesTo: "urn:uuid:1"))
        let body = try #require(root.children.last?.children.first)
        #expect(body.children.map(\.name.local) == ["response", "cAs", "oIDs"])
        let inner = try #require(body.children.first)
        #expect(
            inner.children.map(\.name.local) == ["policyID", "policyFriendlyName", "nextUpdateHours", "policiesNotChanged", "policies"])
        let policy = try #require(inner.children.last?.children.first)
        #expect(policy.children.map(\.name.local) == ["policyOIDReference", "cAs", "attributes"])
        let attributes = try #require(policy.children.last)
        #expect(
            attributes.children.map(\.name.local) == [
                "commonName", "policySchema", "certificateValidity", "permission", "privateKeyAttributes", "revision", "supersededPolicies",
                "privateKeyFlags", "subjectNameFlags", "enrollmentFlags", "generalFlags", "hashAlgorithmOIDReference", "rARequirements",
                "keyArchivalAttributes", "extensions",
            ])
        let keys = try attributes.requiredChild(XMLName(Namespace.policy, "privateKeyAttributes"))
        #expect(
            keys.children.map(\.name.local) == [
                "minimalKeyLength", "keySpec", "keyUsageProperty", "permissions", "algorithmOIDReference", "cryptoProviders",
            ])
        #expect(try attributes.requiredChild(XMLName(Namespace.policy, "subjectNameFlags")).text == "2147483649")
        let authority = try #require(body.children[1].children.first)
        #expect(authority.children.map(\.name.local) == ["uris", "certificate", "enrollPermission", "cAReferenceID"])
        #expect(
            authority.children.first?.children.first?.children.map(\.name.local) == [
                "clientAuthentication", "uri", "priority", "renewalOnly",
            ])
        #expect(body.children.last?.children.first?.children.map(\.name.local) == ["value", "group", "oIDReferenceID", "defaultName"])
    }

    @Test func `an answer without templates says nil three times`() throws {
        let empty = GetPoliciesResponse(
            policyID: "{0}", friendlyName: "Lab", nextUpdateHours: 8, policies: [], authorities: [], oids: PolicyOIDTable())
        let body = try #require(XMLDocumentParser.parse(empty.encoded(relatesTo: nil)).children.last?.children.first)
        #expect(try body.requiredChild(XMLName(Namespace.policy, "cAs")).isNil())
        #expect(try body.requiredChild(XMLName(Namespace.policy, "oIDs")).isNil())
        #expect(try body.children.first?.requiredChild(XMLName(Namespace.policy, "policies")).isNil() == true)
    }

    @Test func `one OID has one number a group`() {
        var table = PolicyOIDTable()
        #expect(table.reference("1.2.3", .template, name: "a") == 1)
        #expect(table.reference("1.2.4", .template, name: "b") == 2)
        #expect(table.reference("1.2.3", .template, name: "a") == 1)
        #expect(table.reference("1.2.3", .extensionOrAttribute, name: "a") == 3)
    }
}
