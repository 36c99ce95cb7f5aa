import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

/// A directory that knows everybody.
struct DirectoryAuthenticator: Authenticator {
    let identity: DirectoryIdentity

    func examine(_ credential: any Credential, in context: ExaminationContext) async throws(Refusal) -> [Proof] {
        guard credential is PasswordCredential else { return [] }
        return [
            Proof(
                fact: .controls("upn:alice@corp.test", method: "directory"), principal: "directory:alice", covers: [], directory: identity)
        ]
    }

    func stillHolds(_ proof: StoredProof, in context: ExaminationContext) async throws(Refusal) -> Bool { true }
}

@Suite struct TypedTemplateTests {
    /// A CA whose SCEP endpoint gives a template of its own.
    func ca(_ change: (inout Template) -> Void) async throws -> (TestCA, secret: String) {
        let ca = try await TestCA.found()
        try await apply(change, to: ca, endpoint: DefaultEndpoints.scep, requires: [.knowsChallenge])
        let covers = ["*.lab.test", "lab", "pid:*", "hwm:*", "uri:*", "upn:*@lab.test", "email:*@lab.test"]
        return (ca, try await ca.challenge(covers: covers + ["=uri:tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-500"]))
    }

    func apply(_ change: (inout Template) -> Void, to ca: TestCA, endpoint name: String, requires: Set<Fact.Kind>) async throws {
        var template = try #require(DefaultTemplates.forEnrollment.first)
        template.name = "typed"
        change(&template)
        var endpoint = try #require(ca.services.catalog.endpoint(named: name))
        endpoint.policy = Policy(rules: [try PolicyRule(name: "typed", requires: requires, templates: ["typed"])])
        #expect(
            CatalogRules(authorities: ["root", "issuing"], staticChallenges: []).problems(
                endpoints: [endpoint], templates: ca.services.catalog.templates + [template]
            ).isEmpty)
        _ = try await ca.services.catalog.apply(endpoints: [endpoint], templates: [template], at: ca.clock.now)
    }

    func issue(
        _ ca: TestCA, _ secret: String, names: [GeneralName] = [], extensions: [CertificateExtension] = [],
        subject: [(OID, String)] = [(OIDs.commonName, "a.lab.test")]
    ) async throws -> Certificate {
        try await ca.released(try await request(names, extensions, subject), [ChallengeCredential(secret: secret)]).certificate
    }

    func request(_ names: [GeneralName], _ extensions: [CertificateExtension], _ subject: [(OID, String)]) async throws
        -> CertificationRequest
    {
        let key = try SoftwareKey.generate(.p256)
        let wishes = (names.isEmpty ? [] : [Extensions.subjectAlternativeName(names)]) + extensions
        let info = CertificationRequest.toBeSigned(
            subject: DistinguishedName(subject), publicKey: key.publicKey,
            attributes: wishes.isEmpty ? [] : [RequestAttribute.extensionRequest(wishes)])
        return try CertificationRequest(info: info, algorithm: key.defaultAlgorithm, signature: try await key.sign(info))
    }

    @Test func c7_subjectAttributesComeFromTheTemplateOrUnderItsPattern() async throws {
        let (ca, secret) = try await ca {
            $0.subject = [
                .init("C", from: .fixed, value: "DE"), .init("O", from: .fixed, value: "Example AG"),
                .init("OU", from: .proposal, matching: ["Lab *"]),
            ]
        }
        let certificate = try await issue(
            ca, secret,
            subject: [
                (OIDs.organization, "Evil Corp"), (OIDs.organizationalUnit, "Lab 7"), (OIDs.organizationalUnit, "Board"),
                (OIDs.commonName, "a.lab.test"),
            ])
        #expect(certificate.subject.description == "CN=a.lab.test,OU=Lab 7,O=Example AG,C=DE")
    }

    @Test func c7_aRequiredAttributeThatIsMissingIsRefused() async throws {
        let (ca, secret) = try await ca { $0.subject = [.init("OU", from: .proposal, matching: ["Lab *"], required: true)] }
        await ca.expect(
            .unacceptableName, try await request([], [], [(OIDs.commonName, "a.lab.test")]), [ChallengeCredential(secret: secret)])
    }

    @Test func c8_deviceNamesOfEveryTypeEnterWhereTheTemplateSaysSo() async throws {
        let device = GeneralName.permanentIdentifier("SN0001", assigner: [1, 3, 6, 1, 4, 1, 99999])
        let module = GeneralName.hardwareModule(type: [1, 3, 6, 1, 4, 1, 99999, 1], serialNumber: [0xab, 0xcd])
        let mailbox = GeneralName.internationalMailbox("jürgen@lab.test")
        let names: [GeneralName] = [.dns("a.lab.test"), .upn("alice@lab.test"), .email("alice@lab.test"), device, module, mailbox]
        let (ca, _) = try await ca {
            $0.nameTypes = [.dns, .upn, .email]
            $0.names = [.init(.permanentIdentifier, from: .proposal), .init(.hardwareModule, from: .proposal)]
        }
        let more = try await ca.challenge(covers: [
            "*.lab.test", "upn:alice@lab.test", "email:*@lab.test", "=pid:SN0001@1.3.6.1.4.1.99999", "=hwm:1.3.6.1.4.1.99999.1/abcd",
        ])
        #expect(try await issue(ca, more, names: names).subjectAlternativeNames == names)
        #expect(device.permanentIdentifier == "SN0001@1.3.6.1.4.1.99999" && module.hardwareModule == "1.3.6.1.4.1.99999.1/abcd")
        await ca.expect(
            .unacceptableName, try await request([.permanentIdentifier("SN0002")], [], [(OIDs.commonName, "a.lab.test")]),
            [ChallengeCredential(secret: more)])
    }

    @Test func aPatternOfTheTemplateNarrowsWhatTheCredentialCovers() async throws {
        let pattern = try NamePattern("dns:a*.lab.test")
        let (ca, secret) = try await ca {
            $0.nameTypes = []
            $0.addsCommonNameToDNS = false
            $0.names = [.init(.dns, from: .proposal, matching: [pattern])]
        }
        let certificate = try await issue(ca, secret, names: [.dns("a1.lab.test"), .dns("b1.lab.test")])
        #expect(certificate.subjectAlternativeNames == [.dns("a1.lab.test")])
    }

    @Test func fixedNamesAndThoseOfTheCredentialEnterUnasked() async throws {
        let (ca, _) = try await ca {
            $0.names = [.init(.uri, from: .fixed, values: ["spiffe://lab.test/all"]), .init(.upn, from: .evidence)]
            $0.nameTypes = [.dns]
        }
        let secret = try await ca.challenge(covers: ["*.lab.test", "=upn:alice@lab.test"])
        let certificate = try await issue(ca, secret, names: [.dns("a.lab.test")])
        #expect(certificate.subjectAlternativeNames == [.dns("a.lab.test"), .uri("spiffe://lab.test/all"), .upn("alice@lab.test")])
    }

    @Test func requirement6_aSIDInARequestNeverEntersInEitherForm() async throws {
        let sid = "S-1-5-21-1-2-3-500"
        let (ca, secret) = try await ca { $0.securityIdentifier = .optional }
        let certificate = try await issue(
            ca, secret, names: [.dns("a.lab.test"), .uri("tag:microsoft.com,2022-09-14:sid:\(sid)")],
            extensions: [Extensions.microsoftSecurityIdentifier(sid)])
        #expect(certificate.ext(OIDs.microsoftSecurityIdentifier) == nil)
        #expect(certificate.subjectAlternativeNames == [.dns("a.lab.test")])
        let (strict, other) = try await self.ca { $0.securityIdentifier = .required }
        await strict.expect(
            .notAuthorized,
            try await request([], [Extensions.microsoftSecurityIdentifier(sid)], [(OIDs.commonName, "a.lab.test")]),
            [ChallengeCredential(secret: other)])
    }

    @Test func c9_aDirectoryGivesTheSIDAndItsNames() async throws {
        let sid = "S-1-5-21-1111-2222-3333-1105"
        let identity = DirectoryIdentity(
            source: "ldap:corp.test", securityIdentifier: sid, names: [DirectoryName(.upn, "alice@corp.test")], attributes: ["OU": "Sales"])
        let ca = try await TestCA.found(authenticators: { _, _ in [.acme: DirectoryAuthenticator(identity: identity)] })
        try await apply(
            {
                $0.securityIdentifier = .required
                $0.nameTypes = []
                $0.names = [.init(.upn, from: .directory, required: true)]
                $0.subject = [.init("OU", from: .directory)]
            }, to: ca, endpoint: DefaultEndpoints.acme, requires: [.controlsIdentifier])
        let issued = try await ca.released(
            try await request([], [], []), [PasswordCredential(username: "alice", password: "x")], endpoint: DefaultEndpoints.acme
        ).certificate
        #expect(issued.ext(OIDs.microsoftSecurityIdentifier) == Extensions.microsoftSecurityIdentifier(sid))
        #expect(issued.subjectAlternativeNames == [.upn("alice@corp.test")])
        #expect(issued.subject.description == "CN=alice@corp.test,OU=Sales")
        // What OpenSSL reads: GeneralNames, otherName 1.3.6.1.4.1.311.25.2.1, the SID's text.
        let value = issued.ext(OIDs.microsoftSecurityIdentifier)?.value ?? []
        let dump = try await Command.run("openssl", ["asn1parse", "-inform", "DER"], input: value).checked().text
        #expect(dump.contains("1.3.6.1.4.1.311.25.2.1") && dump.contains(sid))
    }

    @Test func c11_policiesTemplateIdentifierAndMustStaple() async throws {
        let (ca, secret) = try await ca {
            $0.certificatePolicies = [.init(oid: "1.3.6.1.4.1.99999.5", cps: "https://lab.test/cps"), .init(oid: "1.3.6.1.4.1.99999.6")]
            $0.carriesTemplateName = true
            $0.carriesTemplateID = true
            $0.mustStaple = true
        }
        let certificate = try await issue(ca, secret)
        let path = try ca.directory.write("typed.pem", certificate.pem)
        let text = try await Command.run("openssl", ["x509", "-in", path, "-noout", "-text"]).checked().text
        for expected in [
            "Policy: 1.3.6.1.4.1.99999.5", "CPS: https://lab.test/cps", "Policy: 1.3.6.1.4.1.99999.6", "status_request",
            "1.3.6.1.4.1.311.21.7",
        ] {
            #expect(text.contains(expected), "\(expected)")
        }
        #expect(certificate.ext(OIDs.microsoftTemplateName) == Extensions.microsoftTemplateName("typed"))
        let identifier = TemplateOID(rootKeyIdentifier: ca.root.identity.keyIdentifier).value(template: "typed")
        #expect(certificate.ext(OIDs.microsoftCertificateTemplate)?.value.firstRange(of: OID(dotted: identifier)?.der ?? [0]) != nil)
    }

    @Test func c15_noRevAvailStandsWithoutCRLAndOCSP() async throws {
        let (ca, secret) = try await ca {
            $0.noRevocationAvailable = true
            ($0.carriesCRLDistributionPoint, $0.carriesOCSP) = (false, false)
            ($0.lifetime, $0.renewalWindow) = (86_400, 3600)
        }
        let certificate = try await issue(ca, secret)
        #expect(certificate.ext(OIDs.noRevAvail)?.value == [5, 0])
        #expect(certificate.ext(OIDs.crlDistributionPoints) == nil)
        #expect(certificate.ext(OIDs.authorityInformationAccess)?.value.firstRange(of: OIDs.accessOCSP.der) == nil)
        var odd = try #require(ca.services.catalog.template(named: "typed"))
        odd.carriesOCSP = true
        let problems = CatalogRules(authorities: [], staticChallenges: []).problems(endpoints: [], templates: [odd])
        #expect(problems.contains { $0.path == "noRevocationAvailable" })
    }

    @Test func c14_anUnknownCriticalWishIsDroppedOrRefusedByTheTemplatesWord() async throws {
        let wish = CertificateExtension(oid: [1, 3, 6, 1, 4, 1, 99999, 9], critical: true, value: [5, 0])
        let (lax, secret) = try await ca { _ in }
        #expect(try await issue(lax, secret, extensions: [wish]).ext(wish.oid) == nil)
        let (strict, other) = try await ca {
            $0.unknownCritical = .refuse
            $0.unknownNames = .refuse
        }
        await strict.expect(
            .unacceptableRequest, try await request([], [wish], [(OIDs.commonName, "a.lab.test")]), [ChallengeCredential(secret: other)])
        await strict.expect(
            .unacceptableName, try await request([.email("alice@lab.test")], [], [(OIDs.commonName, "a.lab.test")]),
            [ChallengeCredential(secret: other)])
    }

    @Test func c13_nearTheIssuersEndTheTemplateShortensOrRefuses() async throws {
        let (ca, secret) = try await ca {
            $0.lifetime = 20 * 365 * 86_400
            $0.renewalWindow = 86_400
        }
        #expect(try await issue(ca, secret).validity.notAfter == ca.issuing.identity.certificate?.validity.notAfter)
        let (strict, other) = try await self.ca {
            $0.lifetime = 20 * 365 * 86_400
            $0.renewalWindow = 86_400
            $0.atIssuerEnd = .refuse
        }
        await strict.expect(
            .internalFault, try await request([], [], [(OIDs.commonName, "a.lab.test")]), [ChallengeCredential(secret: other)])
    }

    @Test func c12_notBeforeIsSetBackAsTheTemplateSays() async throws {
        let (ca, secret) = try await ca { $0.backdating = 7200 }
        ca.clock.advance(by: 86_400)
        #expect(try await issue(ca, secret).validity.notBefore == ca.surroundings.now.addingTimeInterval(-7200))
    }

    @Test func wishesOfTemplatesThatCouldLetAnyoneClaimAnythingAreRefused() throws {
        var template = try #require(DefaultTemplates.forEnrollment.first)
        template.subject = [
            .init("O", from: .proposal, matching: ["*"]), .init("XX", from: .fixed, value: "x"), .init("OU", from: .evidence),
        ]
        template.names = [.init(.ip, from: .fixed, values: ["not an address"]), .init(.dns, from: .proposal)]
        let text = CatalogRules(authorities: [], staticChallenges: []).problems(endpoints: [], templates: [template]).map(\.description)
            .joined(separator: "\n")
        for expected in [
            "lets anyone claim anything", "there is no 'XX'", "no credential covers this attribute", "is no ip name",
            "nameTypes carries dns already",
        ] {
            #expect(text.contains(expected), "\(expected) in \(text)")
        }
    }
}
