import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

@Suite struct PrunerTests {
    @Test func whatIsOlderThanThePolicyGoesAndTheRestStays() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        func enroll(_ name: String) async throws -> Certificate {
            try await ca.released(try await TestCA.request(try .generate(.p256), commonName: name), [ChallengeCredential(secret: secret)])
                .certificate
        }
        let compromised = try await enroll("compromised.lab.test")
        try await ca.revoke(compromised, reason: .keyCompromise)
        try await ca.revoke(try await enroll("revoked.lab.test"))
        for number in 0..<3 { _ = try await enroll("old\(number).lab.test") }
        try await ca.services.names.catchUp()
        ca.clock.advance(by: 400 * 86_400)
        let young = try await enroll("young.lab.test")

        let day = ca.surroundings.now.addingTimeInterval(-86_400)
        let result = try await ca.services.pruner.prune(.init(transactions: day, certificates: day))
        #expect(result.certificates == 4)
        // Those of the five enrollments, of two revocations and of the two CAs.
        #expect(result.transactions == 9)
        let left = try await ca.enrolled().map(\.serialNumber)
        #expect(Set(left) == [compromised.serialNumber, young.serialNumber])
        #expect(try await ca.services.search.issuances(.init(text: "old1.lab", limit: 10)).isEmpty)
        #expect(try await ca.services.search.issuances(.init(text: "young.lab", limit: 10)).count == 1)
        #expect(try await ca.services.pruner.prune(.init(transactions: day, certificates: day)).isEmpty)
        // The CA's own certificates outlive any policy.
        #expect(try await ca.services.search.issuances(.init(limit: 100)).count == 4)
    }

    @Test func aPrunedAuditLogStaysVerifiableAndACutOneDoesNot() async throws {
        let (ca, key) = (try await TestCA.found(), try SoftwareKey.generate(.p256))
        func export() async throws -> [Substring] {
            let end = try await ca.services.audit.checkpoint(with: key)
            return try #require(try await ca.services.audit.lines(after: 0, through: end)).text.split(separator: "\n")
        }
        for number in 0..<5 { try await ca.services.audit.add(.operation, ["operation": "\(number)"]) }
        ca.clock.advance(by: 10 * 86_400)
        for number in 5..<8 { try await ca.services.audit.add(.operation, ["operation": "\(number)"]) }
        let before = try await export()
        let cut = ca.surroundings.now.addingTimeInterval(-86_400)
        let result = try await ca.services.pruner.prune(.init(audit: cut))
        #expect(result.auditEntries > 5)
        let after = try await export()
        #expect(after.first?.contains("\"operation\":\"5\"") == true)
        #expect(AuditVerifier.verify(after, key: key.publicKey).findings == [])
        #expect(AuditVerifier.verify(after.dropFirst(), key: key.publicKey).findings.map(\.line) == [1])
        #expect(AuditVerifier.verify(before, key: key.publicKey).findings == [])
        #expect(try await ca.services.pruner.prune(.init(audit: cut)).isEmpty)
    }
}
