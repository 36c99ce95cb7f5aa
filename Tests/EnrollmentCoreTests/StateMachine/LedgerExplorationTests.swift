import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

/// `MUSTER_EXPLORE=deep` allows more mishaps a run: half an hour instead of half a minute.
private let isDeepExploration = ProcessInfo.processInfo.environment["MUSTER_EXPLORE"] == "deep"

/// The real pipeline, ledger and authority, driven through every order of their reads, writes and signatures, with crashes, failures and
/// leases that run out at every point; docs/ISSUANCE-CYCLE.md, "Proof".
@Suite("Whatever the order of events, the ledger keeps its promises", .timeLimit(.minutes(isDeepExploration ? 60 : 10)))
struct LedgerExplorationTests {
    private static let isDeep = isDeepExploration

    private static func mishaps(_ usual: Scene.Mishaps, deep: Scene.Mishaps) -> Scene.Mishaps { isDeep ? deep : usual }

    private static func ca() async throws -> TestCA { try await TestCA.found(inMemory: true) }

    /// One client that asks two nodes at once, as it does after a lost answer.
    @Test(arguments: isDeep ? [(2, 0, 0), (0, 1, 1), (1, 1, 1), (1, 0, 2)] : [(2, 0, 0), (0, 1, 0)])
    func oneRequestAtTwoNodes(crashes: Int, failures: Int, leases: Int) async throws {
        let ca = try await Self.ca()
        let secret = try await ca.challenge(oneTime: true, covers: ["*.lab.test"])
        let csr = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
        let scene = Scene(ca, mishaps: .init(crashes: crashes, failures: failures, leases: leases), check: Self.oneCertificate) { scene in
            try await Self.mustDeliver(scene, csr, secret)
        }
        for node in ["node 1", "node 2"] { try await scene.add(node) { await $0.enroll(csr, secret) } }
        try await Self.expectNoFault(scene, "one request at two nodes")
    }

    /// Two clients with one secret: one wins, and wins for good.
    @Test func twoRequestsWithOneSecret() async throws {
        let ca = try await Self.ca()
        let secret = try await ca.challenge(oneTime: true, covers: ["*.lab.test"])
        let first = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
        let second = try await TestCA.request(try .generate(.p256), commonName: "b.lab.test")
        let scene = Scene(
            ca, mishaps: Self.mishaps(.init(crashes: 1, failures: 1), deep: .init(crashes: 1, failures: 1, leases: 1)),
            check: Self.oneCertificate
        ) { scene in
            let client = try await scene.bystander("later")
            await client.enroll(first, secret)
            await client.enroll(second, secret)
            if scene.book.deliveries.isEmpty { scene.book.fault("the secret is spent, and neither client can fetch a certificate") }
            if Set(scene.book.deliveries.map(\.certificate)).count > 1 { scene.book.fault("one secret made two certificates") }
        }
        try await scene.add("first") { await $0.enroll(first, secret) }
        try await scene.add("second") { await $0.enroll(second, secret) }
        try await Self.expectNoFault(scene, "two requests with one secret")
    }

    /// A node that crashed starts again and recovers, while the client has gone to the other.
    @Test func recoveryBesideARetry() async throws {
        let ca = try await Self.ca()
        let secret = try await ca.challenge(oneTime: true, covers: ["*.lab.test"])
        let csr = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
        let scene = Scene(ca, mishaps: Self.mishaps(.init(crashes: 2), deep: .init(crashes: 2, leases: 1)), check: Self.oneCertificate) {
            scene in
            try await Self.mustDeliver(scene, csr, secret)
        }
        try await scene.add("client") { await $0.enroll(csr, secret) }
        try await scene.add("recovery", mayBegin: { $0.crashed.contains("client") }) { _ = try? await $0.services.pipeline.recover() }
        try await scene.add("retry", mayBegin: { $0.crashed.contains("client") }) { await $0.enroll(csr, secret) }
        try await Self.expectNoFault(scene, "recovery beside a retry")
    }

    /// A held request, two operators who approve at once, and its client that asks again.
    @Test func aHeldRequestWithTwoOperators() async throws {
        let ca = try await Self.ca()
        try await ca.services.catalog.setDisposition(.hold(reason: "an operator decides"), endpoint: DefaultEndpoints.scep)
        let secret = try await ca.challenge(oneTime: true, covers: ["*.lab.test"])
        let csr = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
        @Sendable func approve(_ participant: Participant, _ user: UInt32) async {
            guard let held = try? await participant.services.approvals.list().first else { return }
            _ = try? await participant.services.approvals.approve(
                held.id, by: OperatorCredential(userID: user, vouchesFor: []), comment: nil)
        }
        let scene = Scene(ca, mishaps: Self.mishaps(.init(crashes: 1), deep: .init(crashes: 1, leases: 1)), check: Self.oneCertificate) {
            scene in
            let later = try await scene.bystander("later")
            await later.enroll(csr, secret)
            await approve(later, 1002)
            await later.enroll(csr, secret)
            if scene.book.deliveries.isEmpty { scene.book.fault("approved, and never given to its client") }
        }
        try await scene.add("client") { await $0.enroll(csr, secret) }
        try await scene.add("operator 1", mayBegin: \.hasHeldRequest) { await approve($0, 1000) }
        try await scene.add("operator 2", mayBegin: \.hasHeldRequest) { await approve($0, 1001) }
        try await Self.expectNoFault(scene, "a held request")
    }

    /// An operator revokes while the client is still asking.
    @Test func aRevocationBesideItsDelivery() async throws {
        let ca = try await Self.ca()
        let secret = try await ca.challenge(oneTime: true, covers: ["*.lab.test"])
        let csr = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
        let scene = Scene(
            ca, mishaps: Self.mishaps(.init(crashes: 1), deep: .init(crashes: 1, leases: 1)),
            releasesInSteps: true, check: Self.oneCertificate
        ) { scene in
            let before = scene.book.deliveries.count
            let client = try await scene.bystander("later")
            await client.enroll(csr, secret)
            let isRevoked = try await ca.enrolled().contains { $0.revocation != nil }
            if isRevoked, scene.book.deliveries.count > before { scene.book.fault("a revoked certificate was given again") }
            if !isRevoked, scene.book.deliveries.count == before { scene.book.fault("the secret is spent, and nothing can be fetched") }
        }
        try await scene.add("client") { await $0.enroll(csr, secret) }
        try await scene.add("retry", mayBegin: { Self.isDeep || $0.crashed.contains("client") }) { await $0.enroll(csr, secret) }
        try await scene.add("operator", mayBegin: { $0.issuances.values.contains(where: \.isSigned) }) { participant in
            let services = participant.services
            guard let serial = try? await services.search.issuances(.init(endpoint: DefaultEndpoints.scep)).first?.serialNumber else {
                return
            }
            _ = try? await services.revocation.revoke(
                RevocationRequest(
                    id: RequestID(in: services.surroundings),
                    arrival: Arrival(
                        endpoint: DefaultEndpoints.operator, binding: "default", operation: "revoke", instant: services.surroundings.now),
                    credentials: [OperatorCredential(userID: 0, vouchesFor: [])], target: .serialNumber(serial), reason: .superseded))
        }
        try await Self.expectNoFault(scene, "a revocation beside its delivery")
    }

    /// The explorer must be able to see: a ledger that forgets is found out.
    @Test func aLedgerThatForgetsItsSettlementsIsFoundOut() async throws {
        let ca = try await Self.ca()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let csr = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
        let scene = Scene(ca, mishaps: .init(), check: Self.oneCertificate) { _ in }
        for node in ["node 1", "node 2"] { try await scene.add(node) { await $0.enroll(csr, secret) } }
        try await scene.add("vandal", mayBegin: { !$0.issuances.isEmpty }) {
            try? await $0.database.write(.init("DELETE FROM settlements"))
        }
        let report = try await Explorer(scene: scene).explore()
        #expect(report.fault?.contains("two certificates") == true, "\(report)")
    }

    // MARK: Properties

    /// All scenes have one idempotency key, or one secret: one certificate.
    private static func oneCertificate(_ facts: Scene.Facts, _ book: Book) -> [String] {
        var faults: [String] = []
        if facts.issuances.values.count(where: { $0.state != .tombstoned }) > 1 { faults.append("two certificates of one request") }
        if Set(book.deliveries.map(\.certificate)).count > 1 { faults.append("two certificates were delivered") }
        if book.deliveries.contains(where: { facts.issuances[$0.id.bytes]?.state != .released }) {
            faults.append("delivered, not released")
        }
        return faults
    }

    private static func mustDeliver(_ scene: Scene, _ csr: CertificationRequest, _ secret: String) async throws {
        let before = scene.book.deliveries
        let client = try await scene.bystander("later")
        await client.enroll(csr, secret)
        guard let last = scene.book.deliveries.last, scene.book.deliveries.count > before.count else {
            return scene.book.fault("the secret is spent, and its client cannot fetch the certificate")
        }
        if before.contains(where: { $0.certificate != last.certificate }) { scene.book.fault("the retry got another certificate") }
    }

    private static func expectNoFault(_ scene: Scene, _ name: String) async throws {
        let report = try await Explorer(scene: scene, isDeep: isDeep).explore()
        print("explored \(name): \(report)")
        #expect(report.fault == nil)
        #expect(report.endings > 1 && report.positions > 20, "\(report)")
    }
}
