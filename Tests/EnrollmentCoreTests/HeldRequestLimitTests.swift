import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

@Suite struct HeldRequestLimitTests {
    @Test func identicalRequestsHeldAtOnceGetOneReference() async throws {
        let ca = try await TestCA.found()
        try await ca.services.catalog.add(endpoints: [ca.holdingEndpoint()], templates: [], at: ca.surroundings.now)
        let secret = try await ca.challenge("scep-held", oneTime: true, covers: ["*.lab.test"])
        let csr = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
        let outcomes = await withTaskGroup(of: RequestID?.self) { group in
            for _ in 0..<8 {
                let request = ca.issuanceRequest(csr, credentials: [ChallengeCredential(secret: secret)], endpoint: "scep-held")
                group.addTask {
                    guard case .pending(let pending)? = try? await ca.services.pipeline.process(request) else { return nil }
                    return pending.reference
                }
            }
            return await group.reduce(into: [RequestID?]()) { $0.append($1) }
        }
        #expect(outcomes.count == 8 && Set(outcomes).count == 1 && outcomes.first != .some(nil))
        #expect(try await ca.services.approvals.list().count == 1)
    }

    @Test func aPrincipalMayNotFillTheListOfHeldRequests() async throws {
        let ca = try await TestCA.found()
        let surroundings = ca.surroundings
        try await ca.services.catalog.add(endpoints: [ca.holdingEndpoint()], templates: [], at: surroundings.now)
        let secret = try await ca.challenge("scep-held", covers: ["*.lab.test"])
        // As many rows as the limit allows, written as the ledger writes them.
        let csr = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
        let first = ca.issuanceRequest(csr, credentials: [ChallengeCredential(secret: secret)], endpoint: "scep-held")
        _ = try await ca.services.pipeline.process(first)
        try await ca.services.database.write(
            .init([
                .init(
                    """
                    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 999)
                    INSERT INTO held_requests SELECT randomblob(16), randomblob(32), state, endpoint, binding, operation, exchange, principal,
                        proofs, reason, template, template_hint, certification_request, predecessor, request_digest, approvals, comment,
                        created_at, expires_at, issuer_key FROM held_requests, n
                    """)
            ]))
        let another = try await TestCA.request(try .generate(.p256), commonName: "b.lab.test")
        await ca.expect(.rateLimited, another, [ChallengeCredential(secret: secret)], endpoint: "scep-held")
        // The one that waits already is told so, as before.
        guard case .pending = try await ca.services.pipeline.process(first) else { throw Unexpected("not pending") }
    }
}
