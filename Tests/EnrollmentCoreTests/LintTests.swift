import EnrollmentCore
import Foundation
import PKIFormats
import TestSupport
import Testing

/// Templates that were written past the rules of the catalog, as by a hand in the database: the lint stands behind them.
@Suite struct LintTests {
    private func expectFinding(_ finding: String, _ change: (inout Template) -> Void) async throws {
        let ca = try await TestCA.found()
        var template = try #require(DefaultTemplates.forEnrollment.first)
        template.name = "bad"
        change(&template)
        var endpoint = try #require(ca.services.catalog.endpoint(named: DefaultEndpoints.scep))
        endpoint.policy = Policy(rules: [try PolicyRule(name: "bad", requires: [.knowsChallenge], templates: ["bad"])])
        _ = try await ca.services.catalog.apply(endpoints: [endpoint], templates: [template], at: ca.clock.now)
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let request = ca.issuanceRequest(
            try await TestCA.request(try .generate(.p256), commonName: "a.lab.test"), credentials: [ChallengeCredential(secret: secret)])
        let refusal = await #expect(throws: Refusal.self) { try await ca.services.pipeline.process(request) }
        #expect(refusal?.stage == .check && refusal?.privateDetail.contains(finding) == true, "\(refusal?.privateDetail ?? "")")
        let trail = try #require(try await ca.services.search.transaction(request.id)).trail
        #expect(trail.entries.contains { $0.text.contains(finding) })
        #expect(try await ca.enrolled().isEmpty)
        #expect(try await ca.services.blockedByLint(since: ca.clock.now.addingTimeInterval(-60)) == 1, "what doctor warns of")
    }

    @Test func requirement15_aLintFindingBlocksIssuanceAndStandsInTheTrail() async throws {
        try await expectFinding("cRLSign on a leaf") { $0.keyUsage.append("cRLSign") }
        try await expectFinding("keyCertSign without cA") { $0.keyUsage.append("keyCertSign") }
        try await expectFinding("anyExtendedKeyUsage") { $0.extendedKeyUsages = ["2.5.29.37.0"] }
        try await expectFinding("clientAuth without a key usage") { $0.keyUsage = ["contentCommitment"] }
        try await expectFinding("a purpose stands there twice") { $0.extendedKeyUsages += $0.extendedKeyUsages }
        try await expectFinding("noRevAvail beside OCSP") { $0.noRevocationAvailable = true }
        try await expectFinding("must-staple without OCSP") {
            $0.mustStaple = true
            $0.carriesOCSP = false
        }
        try await expectFinding("the issuer's path length forbids a CA below it") {
            $0.basicConstraints = .authority(pathLength: nil)
            $0.keyUsage = ["keyCertSign", "cRLSign"]
            $0.extendedKeyUsages = []
        }
    }
}
