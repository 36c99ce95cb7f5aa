import EnrollmentCore
import Foundation
import Logging
import PKIFormats
import Persistence
import SigningKeys
import TestSupport
import Testing

/// C7, C9, C12, C14, C17, C18: what stands in a certificate, to the byte.
extension TypedTemplateTests {
    /// A request whose subject has exactly these attributes.
    private func request(_ parts: [[UInt8]], _ key: SoftwareKey) async throws -> CertificationRequest {
        let subject = try DistinguishedName(der: DERBytes.sequence(of: parts.map { DERBytes.set(of: [$0]) }))
        let info = CertificationRequest.toBeSigned(subject: subject, publicKey: key.publicKey)
        return try CertificationRequest(info: info, algorithm: key.defaultAlgorithm, signature: try await key.sign(info))
    }

    @Test func c7_aRetainedAttributeKeepsItsEncodingByteForByteAndAnOldOneIsWrittenAnew() async throws {
        let (ca, _) = try await ca {
            $0.subject = [.init("O", from: .proposal, matching: ["Lab*"]), .init("OU", from: .proposal, matching: ["Unit*"])]
        }
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let organization = DERBytes.sequence(OIDs.organization.der, DERBytes.printableString("Lab AG"))
        // TeletexString: a CA writes none any more (RFC 5280 §4.1.2.4).
        let unit = DERBytes.sequence(OIDs.organizationalUnit.der, DERBytes.element(0x14, [0x55, 0x6e, 0x69, 0x74, 0x20, 0xfc]))
        let commonName = DERBytes.sequence(OIDs.commonName.der, DERBytes.printableString("a.lab.test"))
        let asked = try await request([organization, unit, commonName], .generate(.p256))
        let certificate = try await ca.released(asked, [ChallengeCredential(secret: secret)]).certificate
        let newUnit = DERBytes.sequence(OIDs.organizationalUnit.der, DERBytes.utf8String("Unit ü"))
        #expect(certificate.subject.parts.map(\.der) == [organization, newUnit, commonName])
        // A country in UTF8String, which appendix A.1 forbids.
        #expect(!NameAttribute(oid: OIDs.country, text: "É").isFitToRepeat && NameAttribute(oid: OIDs.country, text: "DE").isFitToRepeat)
    }

    @Test func c12_anEndlessTemplateOutlivesItsIssuerOnlyWhereItSaysSo() async throws {
        let (ca, secret) = try await ca {
            $0.isEndless = true
            $0.atIssuerEnd = .exceed
        }
        let endless = try await issue(ca, secret)
        #expect(endless.validity.notAfter == Validity.endless)
        #expect(endless.toBeSigned.firstRange(of: Array("99991231235959Z".utf8)) != nil)
        let text = try await Command.run("openssl", ["x509", "-noout", "-enddate"], input: Array(endless.pem.utf8)).checked().text
        #expect(text.contains("Dec 31 23:59:59 9999 GMT"))
        let (careful, other) = try await self.ca { $0.isEndless = true }
        #expect(try await issue(careful, other).validity.notAfter == careful.issuing.identity.certificate?.validity.notAfter)
        var odd = try #require(ca.services.catalog.template(named: "typed"))
        odd.isEndless = false
        let problems = CatalogRules(authorities: [], staticChallenges: []).problems(endpoints: [], templates: [odd])
        #expect(problems.contains { $0.path == "atIssuerEnd" })
    }

    @Test func c9_theSIDMayStandAmongTheNames() async throws {
        let sid = "S-1-5-21-1111-2222-3333-1105"
        let identity = DirectoryIdentity(source: "ldap:corp.test", securityIdentifier: sid, names: [DirectoryName(.upn, "a@corp.test")])
        let ca = try await TestCA.found(authenticators: { _, _ in [.acme: DirectoryAuthenticator(identity: identity)] })
        for form in Template.IdentifierForm.allCases {
            try await apply(
                {
                    $0.securityIdentifier = .required
                    $0.securityIdentifierForm = form
                    $0.nameTypes = []
                    $0.names = [.init(.upn, from: .directory, required: true)]
                }, to: ca, endpoint: DefaultEndpoints.acme, requires: [.controlsIdentifier])
            let issued = try await ca.released(
                try await request([], [], []), [PasswordCredential(username: "alice", password: "x")], endpoint: DefaultEndpoints.acme
            ).certificate
            #expect((issued.ext(OIDs.microsoftSecurityIdentifier) != nil) == (form != .name))
            let uri = GeneralName.uri("tag:microsoft.com,2022-09-14:sid:\(sid)")
            #expect(issued.subjectAlternativeNames == [.upn("a@corp.test")] + (form == .extension ? [] : [uri]))
        }
    }

    @Test func c14_theTrailSaysWhatBecameOfACriticalWish() async throws {
        let wish = CertificateExtension(oid: [1, 3, 6, 1, 4, 1, 99999, 9], critical: true, value: [5, 0])
        let (ca, secret) = try await ca { _ in }
        let asked = ca.issuanceRequest(
            try await request([], [wish], [(OIDs.commonName, "a.lab.test")]), credentials: [ChallengeCredential(secret: secret)])
        _ = try await ca.services.pipeline.process(asked)
        let trail = try #require(try await ca.services.search.transaction(asked.id)).trail
        #expect(trail.entries.contains { $0.text.contains("1.3.6.1.4.1.99999.9 dropped: template typed says unknownCritical: drop") })
    }

    @Test func c17_aLargeCertificateIsToldInTheTrailOrRefusedByTheTemplatesLimit() async throws {
        let many = (0..<80).map { GeneralName.dns("host-\($0)-with-a-name-that-takes-a-good-deal-of-room.lab.test") }
        let (ca, secret) = try await ca { _ in }
        let asked = ca.issuanceRequest(
            try await request(many, [], [(OIDs.commonName, "a.lab.test")]), credentials: [ChallengeCredential(secret: secret)])
        guard case .released(let issued) = try await ca.services.pipeline.process(asked) else {
            Issue.record("not released")
            return
        }
        let trail = try #require(try await ca.services.search.transaction(asked.id)).trail
        let told = try #require(trail.entries.compactMap { $0.text.firstMatch(of: /about ([0-9]+) octets/)?.1 }.first.flatMap { Int($0) })
        #expect((0...8).contains(told - issued.certificate.der.count), "\(told) and \(issued.certificate.der.count)")
        let (strict, other) = try await self.ca { $0.maximumSize = 2048 }
        await strict.expect(
            .unacceptableRequest, try await request(many, [], [(OIDs.commonName, "a.lab.test")]), [ChallengeCredential(secret: other)])
        _ = try await issue(strict, other)
    }

    @Test(arguments: SwitchableKey.Misdeed.allCases) func c18_aWrongSignatureIsCaughtBeforeAnyoneSeesIt(misdeed: SwitchableKey.Misdeed)
        async throws
    {
        let ca = try await TestCA.found()
        let credentials = [ChallengeCredential(secret: try await ca.challenge(covers: ["*.lab.test"]))]
        let request = try await TestCA.request(.generate(.p256), commonName: "a.lab.test")
        ca.issuingKey.misdeed = misdeed
        let first = ca.issuanceRequest(request, credentials: credentials)
        let refusal = await #expect(throws: Refusal.self) { try await ca.services.pipeline.process(first) }
        #expect(refusal?.stage == .sign && refusal?.code == .internalFault)
        let rows = try await ca.services.database.read("SELECT state, certificate FROM issuances WHERE template = 'device-8021x'")
        #expect(try rows.map { try $0.text("state") } == ["recorded"], "recorded, and no certificate kept")
        // The same request again, with a key that signs what it is given: the recorded bytes, and they verify.
        ca.issuingKey.misdeed = nil
        let issued = try await ca.released(request, credentials).certificate
        #expect(issued.isSigned(by: ca.issuingKey.publicKey))
        #expect(try await ca.services.database.read("SELECT id FROM issuances WHERE template = 'device-8021x'").count == 1)
    }

    @Test func h6_nameConstraintsOfAnyCAAboveAreCheckedBeforeSigning() async throws {
        let ca = try await TestCA.found()
        let own = try #require(ca.issuing.identity.certificate)
        let permitted = DERBytes.element(0xA0, DERBytes.sequence(DERBytes.implicit(2, Array("lab.test".utf8))))
        let excluded = DERBytes.element(0xA1, DERBytes.sequence(DERBytes.implicit(2, Array("secret.lab.test".utf8))))
        var fields = TBSCertificate(
            serialNumber: own.serialNumber, signatureAlgorithm: .ecdsaSHA256, issuer: own.issuer, validity: own.validity,
            subject: own.subject, publicKey: own.publicKey, extensions: own.extensions)
        fields.extensions.append(
            CertificateExtension(oid: OIDs.nameConstraints, critical: true, value: DERBytes.sequence(permitted, excluded)))
        let bytes = fields.encoded()
        let constrained = try Certificate(
            toBeSigned: bytes, algorithm: .ecdsaSHA256, signature: try await SoftwareKey.generate(.p256).sign(bytes))
        let secret = try await ca.challenge(covers: ["*.lab.test", "*.secret.lab.test", "*.other.test"])
        for (issuer, above) in [(constrained, []), (own, [constrained])] {
            let identity = AuthorityIdentity(
                authority: "issuing", subject: own.subject, publicKey: own.publicKey, certificate: issuer, intermediates: above,
                root: ca.root.identity.certificate, baseURL: "http://127.0.0.1:8080")
            let services = EnrollmentServices(
                database: ca.services.database, surroundings: ca.surroundings,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
                authorities: [Authority(identity: identity, key: ca.issuingKey)])
            try await services.catalog.reload()
            for (name, isAllowed) in [("a.lab.test", true), ("a.secret.lab.test", false), ("a.other.test", false)] {
                let request = ca.issuanceRequest(
                    try await TestCA.request(.generate(.p256), commonName: name, names: [.dns(name)]),
                    credentials: [ChallengeCredential(secret: secret)])
                if isAllowed {
                    _ = try await services.pipeline.process(request)
                } else {
                    let refusal = await #expect(throws: Refusal.self) { try await services.pipeline.process(request) }
                    #expect(refusal?.code == .unacceptableName && refusal?.privateDetail.contains("name constraints") == true)
                }
            }
        }
    }
}
