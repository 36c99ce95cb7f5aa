import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

@Suite struct ApprovalTests {
    private let first = OperatorCredential(userID: 1000, vouchesFor: [])
    private let second = OperatorCredential(userID: 1001, vouchesFor: [])

    private func process(_ ca: TestCA, _ request: CertificationRequest, _ secret: String) async throws -> Outcome {
        try await ca.services.pipeline.process(
            ca.issuanceRequest(request, credentials: [ChallengeCredential(secret: secret)], exchangeID: [7]))
    }

    /// A CA whose SCEP endpoint holds, with one request waiting.
    private func held(approvals: Int = 1) async throws -> (TestCA, CertificationRequest, secret: String, RequestID) {
        let ca = try await TestCA.found()
        try await ca.services.catalog.setDisposition(
            .hold(reason: "an operator decides", approvals: approvals), endpoint: DefaultEndpoints.scep)
        let secret = try await ca.challenge(oneTime: true, covers: ["*.lab.test"])
        let request = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
        guard case .pending(let pending) = try await process(ca, request, secret) else { throw Unexpected("released") }
        return (ca, request, secret, pending.reference)
    }

    @Test func anApprovedRequestIsIssuedAndItsClientGetsItByPollAndByRetry() async throws {
        let (ca, request, secret, id) = try await held()
        guard case .released(let issuance) = try await ca.services.approvals.approve(id, by: first, comment: "known device") else {
            throw Unexpected("waiting")
        }
        #expect(issuance.certificate.publicKey == request.publicKey)
        guard case .released(let polled) = try await ca.services.pipeline.poll(endpoint: DefaultEndpoints.scep, exchangeID: [7]) else {
            throw Unexpected("pending")
        }
        #expect(polled.certificate == issuance.certificate)
        // Days later still: who waited for a person may come back late.
        ca.clock.advance(by: 3 * 86_400)
        guard case .released(let again) = try await process(ca, request, secret) else { throw Unexpected("pending") }
        #expect(again.certificate == issuance.certificate)
        #expect(try await ca.services.approvals.list().isEmpty)
        await #expect(throws: Refusal.self) { try await ca.services.approvals.approve(id, by: first, comment: nil) }
    }

    @Test func fourEyesNeedTwoDifferentOperators() async throws {
        let (ca, _, _, id) = try await held(approvals: 2)
        guard case .waiting(1) = try await ca.services.approvals.approve(id, by: first, comment: nil) else { throw Unexpected("released") }
        await #expect(throws: Refusal.self) { try await ca.services.approvals.approve(id, by: first, comment: nil) }
        #expect(try await ca.enrolled().isEmpty)
        guard case .released = try await ca.services.approvals.approve(id, by: second, comment: nil) else { throw Unexpected("waiting") }
    }

    @Test func twoApprovalsAtOnceIssueOneCertificate() async throws {
        let (ca, _, _, id) = try await held()
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for user in 0..<8 {
                group.addTask {
                    (try? await ca.services.approvals.approve(
                        id, by: OperatorCredential(userID: UInt32(user), vouchesFor: []), comment: nil)) != nil
                }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 } == 1)
        #expect(try await ca.enrolled().count == 1)
    }

    @Test func aRejectedRequestIsRefusedAtTheNextPollAndRetry() async throws {
        let (ca, request, secret, id) = try await held()
        try await ca.services.approvals.reject(id, by: first, comment: "unknown device")
        await #expect(throws: Refusal.self) { try await ca.services.pipeline.poll(endpoint: DefaultEndpoints.scep, exchangeID: [7]) }
        await #expect(throws: Refusal.self) { try await process(ca, request, secret) }
        let row = try #require(try await ca.services.search.transaction(id))
        #expect(row.outcome == "refused" && row.trail.entries.last?.text == "rejected by operator:1000: unknown device")
        #expect(try await ca.enrolled().isEmpty)
    }

    @Test func aPollAsksForTheNewestOfSeveralRequestsUnderOneExchangeID() async throws {
        let (ca, _, _, id) = try await held()
        _ = try await ca.services.approvals.approve(id, by: first, comment: nil)
        ca.clock.advance(by: 1)
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let later = try await TestCA.request(try .generate(.p256), commonName: "b.lab.test")
        guard case .pending(let waiting) = try await process(ca, later, secret) else { throw Unexpected("released") }
        guard case .pending(let polled) = try await ca.services.pipeline.poll(endpoint: DefaultEndpoints.scep, exchangeID: [7]) else {
            throw Unexpected("the earlier certificate")
        }
        #expect(polled.reference == waiting.reference)
        try await ca.services.approvals.reject(waiting.reference, by: first, comment: nil)
        await #expect(throws: Refusal.self) { try await ca.services.pipeline.poll(endpoint: DefaultEndpoints.scep, exchangeID: [7]) }
    }

    @Test func whatWasWithdrawnMeanwhileIsNotIssued() async throws {
        let (ca, _, _, id) = try await held()
        let challenge = try #require(try await ca.services.challenges.list().first)
        try await ca.services.challenges.revoke(challenge.id)
        await #expect(throws: Refusal.self) { try await ca.services.approvals.approve(id, by: first, comment: nil) }
        #expect(try await ca.enrolled().isEmpty)
        #expect(try await ca.services.approvals.list().count == 1)
    }

    @Test func aPolicyThatRefusesNowAndAClosedEndpointStopTheApproval() async throws {
        let (ca, _, _, id) = try await held()
        try await ca.services.catalog.setEnabled(false, endpoint: DefaultEndpoints.scep)
        await #expect(throws: Refusal.self) { try await ca.services.approvals.approve(id, by: first, comment: nil) }
        try await ca.services.catalog.setEnabled(true, endpoint: DefaultEndpoints.scep)
        try await ca.services.catalog.setDisposition(.refuse(text: "closed for the winter"), endpoint: DefaultEndpoints.scep)
        await #expect(throws: Refusal.self) { try await ca.services.approvals.approve(id, by: first, comment: nil) }
        #expect(try await ca.enrolled().isEmpty)
    }

    @Test func aHeldRequestIsForgottenAfterSevenDays() async throws {
        let (ca, _, _, id) = try await held()
        ca.clock.advance(by: 7 * 86_400)
        await #expect(throws: Refusal.self) { try await ca.services.approvals.approve(id, by: first, comment: nil) }
        await #expect(throws: Refusal.self) { try await ca.services.pipeline.poll(endpoint: DefaultEndpoints.scep, exchangeID: [7]) }
    }

    @Test func holdingAnEndpointAndLettingItGoOpensNoRuleThatRefuses() async throws {
        let ca = try await TestCA.found()
        let rule = try PolicyRule(
            name: "challenge", requires: [.knowsChallenge], templates: ["device-8021x"], disposition: .refuse(text: "not here"))
        try await ca.services.catalog.add(
            endpoints: [
                Endpoint(
                    name: "closed", label: "closed", protocolName: .scep, authority: DefaultEndpoints.issuingAuthority,
                    bindings: [.init(authenticators: [.challenge])], policy: Policy(rules: [rule]))
            ], templates: [], at: ca.clock.now)
        let secret = try await ca.challenge("closed", covers: ["*.lab.test"])
        let request = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
        for disposition in [PolicyRule.Disposition.hold(reason: "an operator decides"), .issue] {
            try await ca.services.catalog.setDisposition(disposition, endpoint: "closed")
            await ca.expect(.notAuthorized, request, [ChallengeCredential(secret: secret)], endpoint: "closed")
        }
    }

    @Test func aChallengeInsideAHeldRequestIsNotKept() async throws {
        let ca = try await TestCA.found()
        try await ca.services.catalog.setDisposition(.hold(reason: "an operator decides"), endpoint: DefaultEndpoints.scep)
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let request = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test", challenge: secret)
        guard case .pending(let pending) = try await process(ca, request, secret) else { throw Unexpected("released") }
        let row = try #require(try await ca.services.database.read("SELECT certification_request FROM held_requests", []).first)
        #expect(Data(try row.blob("certification_request")).range(of: Data(secret.utf8)) == nil)
        guard case .released(let issuance) = try await ca.services.approvals.approve(pending.reference, by: first, comment: nil),
            case .released(let again) = try await process(ca, request, secret)
        else { throw Unexpected("waiting") }
        #expect(again.certificate == issuance.certificate && issuance.certificate.publicKey == request.publicKey)
    }
}
