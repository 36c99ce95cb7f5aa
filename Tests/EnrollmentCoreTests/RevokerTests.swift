import EnrollmentCore
import PKIFormats
import Persistence
import TestSupport
import Testing

/// R9: a service that knows which devices left has their certificates revoked, and can do nothing else.
@Suite struct RevokerTests {
    private func revoke(
        _ ca: TestCA, _ target: RevocationRequest.Target, _ credential: RevokerCredential, endpoint: String = DefaultEndpoints.scep,
        reason: RevocationReason = .cessationOfOperation
    ) async throws -> [IssuanceRecord] {
        try await ca.services.revocation.revokeAll(
            RevocationRequest(
                id: RequestID(in: ca.surroundings),
                arrival: Arrival(endpoint: endpoint, binding: "default", operation: "revoke", instant: ca.surroundings.now),
                credentials: [credential], target: target, reason: reason))
    }

    private func revoker(_ ca: TestCA, endpoint: String = DefaultEndpoints.scep) async throws -> RevokerCredential {
        RevokerCredential(name: "mdm", token: try await ca.services.revokers.make(name: "mdm", endpoint: endpoint))
    }

    @Test("R9: all certificates of a device that left are revoked, each with a trail of its own, and no other")
    func holder() async throws {
        let ca = try await TestCA.found()
        let mdm = try await revoker(ca)
        let old = try await ca.enrolled("device-7.lab.test")
        ca.clock.advance(by: 60)
        let new = try await ca.enrolled("device-7.lab.test")
        let other = try await ca.enrolled("device-77.lab.test")
        let done = try await revoke(ca, .holder(["Device-7.lab.test"]), mdm)
        #expect(Set(done.map(\.serialNumber)) == [old.serialNumber, new.serialNumber])
        for certificate in [old, new] {
            #expect(
                try await ca.services.search.issuance(serialNumber: certificate.serialNumber)?.revocation?.reason == .cessationOfOperation)
        }
        #expect(try await ca.services.search.issuance(serialNumber: other.serialNumber)?.revocation == nil)
        let rows = try await ca.services.search.transactions(.init(outcome: "revoked"))
        #expect(rows.count == 2 && rows.allSatisfy { $0.principal == "revoker:mdm" && $0.endpoint == DefaultEndpoints.scep })
        await #expect(throws: Refusal.self) { try await revoke(ca, .holder(["device-7.lab.test"]), mdm) }
        #expect(try await ca.published().entry(for: old.serialNumber) != nil)
    }

    @Test("R9: a wrong token, another endpoint, a hold and an ended registration are refused, and the refusals stand in the trail")
    func refused() async throws {
        let ca = try await TestCA.found()
        let mdm = try await revoker(ca)
        let certificate = try await ca.enrolled("device-7.lab.test")
        let target = RevocationRequest.Target.certificate(certificate)
        func expect(_ code: Refusal.Code, _ step: () async throws -> [IssuanceRecord]) async {
            let refusal = await #expect(throws: Refusal.self) { try await step() }
            #expect(refusal?.code == code)
        }
        await expect(.badCredential) { try await revoke(ca, target, RevokerCredential(name: "mdm", token: "00")) }
        await expect(.badCredential) { try await revoke(ca, target, RevokerCredential(name: "else", token: mdm.token)) }
        await expect(.badCredential) { try await revoke(ca, target, mdm, endpoint: DefaultEndpoints.est) }
        await expect(.notAuthorized) { try await revoke(ca, target, mdm, reason: .certificateHold) }
        // One of another endpoint may not touch what this one issued.
        let foreign = try await revoker(ca, endpoint: DefaultEndpoints.est)
        await expect(.notAuthorized) { try await revoke(ca, target, foreign, endpoint: DefaultEndpoints.est) }
        try await ca.services.revokers.remove(name: "mdm", endpoint: DefaultEndpoints.scep)
        await expect(.badCredential) { try await revoke(ca, target, mdm) }
        #expect(try await ca.services.search.issuance(serialNumber: certificate.serialNumber)?.revocation == nil)
        #expect(try await ca.services.search.transactions(.init(outcome: "refused")).count == 6)
    }

    @Test("R9: what lets somebody revoke lets nobody enroll")
    func enrollsNobody() async throws {
        let ca = try await TestCA.found()
        let mdm = try await revoker(ca)
        await ca.expect(.badCredential, try await TestCA.request(try .generate(.p256), commonName: "device-7.lab.test"), [mdm])
    }

    @Test("The token is kept as a hash alone")
    func hashed() async throws {
        let ca = try await TestCA.found()
        let mdm = try await revoker(ca)
        let rows = try await ca.services.database.read("SELECT * FROM revokers")
        #expect(rows.count == 1 && !"\(rows)".contains(mdm.token))
    }
}
