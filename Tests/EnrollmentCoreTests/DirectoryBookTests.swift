import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

/// What an operator brought from his directory enters certificates where the template says so, and nowhere else.
@Suite struct DirectoryBookTests {
    private static let sid = "S-1-5-21-1111-2222-3333-1105"
    private static let other = "S-1-5-21-1111-2222-3333-1106"

    private func entry(_ key: String, _ sid: String, ou: String = "Sales") -> DirectoryBook.Entry {
        DirectoryBook.Entry(
            key: key,
            identity: DirectoryIdentity(
                source: "ad:corp.test", securityIdentifier: sid, names: [DirectoryName(.upn, "pc@corp.test")], attributes: ["OU": ou]))
    }

    private func ca() async throws -> TestCA {
        let ca = try await TestCA.found()
        var template = try #require(DefaultTemplates.forEnrollment.first { $0.name == "windows-computer" })
        template.name = "corp"
        template.securityIdentifier = .required
        template.names = [.init(.upn, from: .directory)]
        template.subject = [.init("OU", from: .directory)]
        var endpoint = try #require(ca.services.catalog.endpoint(named: DefaultEndpoints.scep))
        endpoint.policy = Policy(rules: [
            try PolicyRule(name: "challenge", requires: [.knowsChallenge], templates: ["corp"]),
            try PolicyRule(name: "renewal", requires: [.holdsPrivateKey], templates: ["corp"]),
        ])
        _ = try await ca.services.catalog.apply(endpoints: [endpoint], templates: [template], at: ca.clock.now)
        return ca
    }

    @Test func aNameThatTheCredentialCoversLiterallyFindsItsEntryAndARenewalToo() async throws {
        let ca = try await ca()
        try await ca.services.directory.replace(source: "ad:corp.test", with: [entry("DNS:pc1.corp.test", Self.sid)])
        let secret = try await ca.challenge(covers: ["=dns:pc1.corp.test"])
        let key = try SoftwareKey.generate(.p256)
        let request = try await TestCA.request(key, commonName: "pc1.corp.test", names: [.dns("pc1.corp.test")])
        let certificate = try await ca.released(request, [ChallengeCredential(secret: secret)]).certificate
        #expect(certificate.ext(OIDs.microsoftSecurityIdentifier) == Extensions.microsoftSecurityIdentifier(Self.sid))
        #expect(certificate.subject.description == "CN=pc1.corp.test,OU=Sales")
        #expect(certificate.subjectAlternativeNames.contains(.upn("pc@corp.test")))
        let renewed = try await ca.released(
            try await TestCA.request(.generate(.p256), commonName: "pc1.corp.test", names: certificate.subjectAlternativeNames),
            [CertificateCredential(certificate, provedBy: .cmsSignature)], intent: .renew(of: certificate)
        ).certificate
        #expect(renewed.ext(OIDs.microsoftSecurityIdentifier) == Extensions.microsoftSecurityIdentifier(Self.sid))
    }

    @Test func aPatternIsNobodysNameAndNamesOfTwoAreNobodys() async throws {
        let ca = try await ca()
        try await ca.services.directory.replace(
            source: "ad:corp.test", with: [entry("dns:pc1.corp.test", Self.sid), entry("dns:pc2.corp.test", Self.other)])
        let request = try await TestCA.request(.generate(.p256), commonName: "pc1.corp.test")
        let wide = try await ca.challenge(covers: ["*.corp.test"])
        await ca.expect(.notAuthorized, request, [ChallengeCredential(secret: wide)])
        let both = try await ca.challenge(covers: ["=dns:pc1.corp.test", "=dns:pc2.corp.test"])
        await ca.expect(.notAuthorized, request, [ChallengeCredential(secret: both)])
        try await ca.services.directory.replace(source: "ad:corp.test", with: [])
        let one = try await ca.challenge(covers: ["=dns:pc1.corp.test"])
        await ca.expect(.notAuthorized, request, [ChallengeCredential(secret: one)])
    }

    @Test func aSourceIsReplacedAsAWholeAndTakesNoOtherSourcesKeys() async throws {
        let ca = try await TestCA.found()
        let book = ca.services.directory
        try await book.replace(source: "ad:corp.test", with: [entry("user:alice", Self.sid), entry("user:bob", Self.other)])
        await #expect(throws: (any Error).self) {
            try await book.replace(source: "file", with: [entry("user:carol", Self.sid), entry("user:bob", Self.sid)])
        }
        #expect(try await book.list().map(\.key) == ["user:alice", "user:bob"])
        try await book.replace(source: "ad:corp.test", with: [entry("user:dave", Self.sid)])
        #expect(try await book.list().map(\.key) == ["user:dave"])
    }
}
