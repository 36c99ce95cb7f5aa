import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

@Suite struct RevocationTests {
    private func enrolled(_ ca: TestCA, _ name: String = "a.lab.test") async throws -> Certificate { try await ca.enrolled(name) }

    private func status(_ serial: [UInt8], _ ca: TestCA, _ responder: OCSPResponder) async throws -> OCSPResponse.Basic {
        try await responder.basic(ca.question([serial]))
    }

    @Test func revocationShowsInOCSPAtOnceAndInTheNextCRL() async throws {
        let ca = try await TestCA.found()
        let certificate = try await enrolled(ca)
        let responder = try await ca.responder()
        #expect(try await status(certificate.serialNumber, ca, responder).responses.map(\.status) == [.good])
        try await ca.revoke(certificate, reason: .keyCompromise)
        #expect(
            try await status(certificate.serialNumber, ca, responder).responses.map(\.status) == [.revoked(ca.clock.now, .keyCompromise)])
        #expect(try await status([1, 2, 3], ca, responder).responses.map(\.status) == [.unknown])

        let before = try #require(try await ca.services.revocationLists.current(issuerKey: ca.issuing.identity.keyIdentifier))
        #expect(try CertificateRevocationList(der: before.der).entries.isEmpty)
        let published = try await ca.services.revocationLists.publish(for: ca.issuing, lifetime: 86_400)
        let list = try CertificateRevocationList(der: published.der)
        #expect(list.isSigned(by: ca.issuing.identity.publicKey))
        #expect(list.entry(for: certificate.serialNumber)?.reason == .keyCompromise)
        #expect(published.number > before.number)
    }

    @Test func publicationsAtTheSameInstantAllSucceedUnderDifferentNumbers() async throws {
        let ca = try await TestCA.found()
        let numbers = try await withThrowingTaskGroup(of: Int64.self) { group in
            for _ in 0..<8 {
                group.addTask { try await ca.services.revocationLists.publish(for: ca.issuing, lifetime: 86_400).number }
            }
            return try await group.reduce(into: Set<Int64>()) { $0.insert($1) }
        }
        #expect(numbers.count == 8)
        #expect(try await ca.services.revocationLists.current(issuerKey: ca.issuing.identity.keyIdentifier)?.number == numbers.max())
    }

    @Test func onlyOperatorOwnerAndKeyHolderMayRevoke() async throws {
        let ca = try await TestCA.found()
        let mine = try await enrolled(ca, "mine.lab.test")
        let yours = try await enrolled(ca, "yours.lab.test")
        let holder = [CertificateCredential(yours, provedBy: .tlsHandshake)]
        await #expect(throws: Refusal.self) { try await ca.revoke(mine, by: holder, endpoint: DefaultEndpoints.scep) }
        try await ca.revoke(yours, by: holder, endpoint: DefaultEndpoints.scep)
        #expect(try await ca.services.search.issuance(serialNumber: mine.serialNumber)?.revocation == nil)
        #expect(try await ca.services.search.issuance(serialNumber: yours.serialNumber)?.revocation != nil)
    }

    @Test func listNumbersRiseEvenWhenTheClockGoesBack() async throws {
        let ca = try await TestCA.found()
        let first = try await ca.services.revocationLists.publish(for: ca.issuing, lifetime: 86_400)
        ca.clock.advance(by: -7200)
        let second = try await ca.services.revocationLists.publish(for: ca.issuing, lifetime: 86_400)
        #expect(second.number > first.number)
        #expect(second.nextUpdate >= first.nextUpdate)
    }

    @Test func aKeyOnceCompromisedIsNeverCertifiedAgain() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let credential = [ChallengeCredential(secret: secret)]
        let key = try SoftwareKey.generate(.p256)
        let first = try await ca.released(try await TestCA.request(key, commonName: "a.lab.test"), credential).certificate
        try await ca.revoke(first, reason: .superseded)
        _ = try await ca.released(try await TestCA.request(key, commonName: "b.lab.test"), credential)
        try await ca.revoke(first, reason: .keyCompromise)
        await ca.expect(.unacceptableKey, try await TestCA.request(key, commonName: "c.lab.test"), credential)
        _ = try await ca.released(try await TestCA.request(try .generate(.p256), commonName: "c.lab.test"), credential)
    }
}
