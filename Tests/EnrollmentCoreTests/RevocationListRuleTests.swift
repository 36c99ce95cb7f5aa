import EnrollmentCore
import Foundation
import PKIFormats
import TestSupport
import Testing

/// The rules for revocation and its lists, each by its number (R1 to R5).
@Suite struct RevocationListRuleTests {
    @Test("R1: revocation is one transaction with reason, date, actor and trail; a second one only raises to keyCompromise")
    func oneTransaction() async throws {
        let ca = try await TestCA.found()
        let certificate = try await ca.enrolled("a.lab.test")
        let lost = ca.clock.now.addingTimeInterval(-3600)
        try await ca.revoke(certificate, reason: .superseded, invalidSince: lost)
        let first = try #require(try await ca.services.search.issuance(serialNumber: certificate.serialNumber)?.revocation)
        #expect(first.reason == .superseded)
        let row = try #require(try await ca.services.search.transactions(.init(outcome: "revoked")).first)
        #expect(row.serialNumber == certificate.serialNumber)
        #expect(row.principal == "operator:0")

        ca.clock.advance(by: 60)
        for reason in [RevocationReason.superseded, .cessationOfOperation, .certificateHold] {
            await #expect(throws: Refusal.self) { try await ca.revoke(certificate, reason: reason) }
        }
        await #expect(throws: Refusal.self) { try await ca.release(certificate) }
        try await ca.revoke(certificate, reason: .keyCompromise)
        let raised = try #require(try await ca.services.search.issuance(serialNumber: certificate.serialNumber)?.revocation)
        #expect(raised.reason == .keyCompromise)
        #expect(raised.instant == first.instant)
        let entry = try #require(try await ca.published().entry(for: certificate.serialNumber))
        #expect(
            entry
                == RevokedEntry(
                    serialNumber: certificate.serialNumber, revocationDate: first.instant, reason: .keyCompromise, invalidityDate: lost))
        await #expect(throws: Refusal.self) {
            try await ca.revoke(certificate, reason: .keyCompromise, invalidSince: ca.clock.now.addingTimeInterval(60))
        }
    }

    @Test("R1: of two revocations at once one is recorded")
    func race() async throws {
        let ca = try await TestCA.found()
        let certificate = try await ca.enrolled("a.lab.test")
        let other = try await ca.secondNode()
        let successes = await withTaskGroup(of: Bool.self) { group in
            for node in [ca.services, other, ca.services, other] {
                group.addTask { (try? await ca.revoke(certificate, through: node)) != nil }
            }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(successes == 1)
        #expect(try await ca.services.search.transactions(.init(outcome: "revoked")).count == 1)
    }

    @Test("R1: an operator puts on hold and releases; a hold can become a revocation, and nobody else may hold")
    func hold() async throws {
        let ca = try await TestCA.found()
        let certificate = try await ca.enrolled("a.lab.test")
        let holder = [CertificateCredential(certificate, provedBy: .tlsHandshake)]
        await #expect(throws: Refusal.self) {
            try await ca.revoke(certificate, reason: .certificateHold, by: holder, endpoint: DefaultEndpoints.scep)
        }
        await #expect(throws: Refusal.self) { try await ca.release(certificate) }
        try await ca.revoke(certificate, reason: .certificateHold)
        #expect(try await ca.published().entry(for: certificate.serialNumber)?.reason == .certificateHold)
        try await ca.release(certificate)
        #expect(try await ca.services.search.issuance(serialNumber: certificate.serialNumber)?.revocation == nil)
        #expect(try await ca.published().entry(for: certificate.serialNumber) == nil)
        try await ca.revoke(certificate, reason: .certificateHold)
        try await ca.revoke(certificate, reason: .cessationOfOperation)
        await #expect(throws: Refusal.self) { try await ca.release(certificate) }
        #expect(try await ca.published().entry(for: certificate.serialNumber)?.reason == .cessationOfOperation)
    }

    @Test("R2: a list has number, AKI and dates; no `unspecified`, no removeFromCRL; entries stay for one list past expiry")
    func completeList() async throws {
        let ca = try await TestCA.found()
        let certificate = try await ca.enrolled("a.lab.test")
        let held = try await ca.enrolled("b.lab.test")
        try await ca.revoke(certificate, reason: .unspecified)
        try await ca.revoke(held, reason: .certificateHold)
        try await ca.release(held)
        let first = try await ca.published(lifetime: 8 * 86_400)
        #expect(first.isSigned(by: ca.issuing.identity.publicKey))
        #expect(first.authorityKeyIdentifier == ca.issuing.identity.keyIdentifier)
        #expect(first.thisUpdate == ca.clock.now)
        #expect(first.nextUpdate == ca.clock.now.addingTimeInterval(8 * 86_400))
        #expect(try #require(first.number) >= UInt64(ca.clock.now.timeIntervalSince1970))
        #expect(first.entries.map(\.reason) == [nil])
        #expect(first.extensions.map(\.oid) == [OIDs.authorityKeyIdentifier, OIDs.crlNumber])

        ca.clock.advance(by: 60)
        let shorter = try await ca.published(lifetime: 3600)
        #expect(shorter.nextUpdate == first.nextUpdate)
        #expect(try #require(shorter.number) > (try #require(first.number)))

        ca.clock.advance(by: certificate.validity.notAfter.timeIntervalSince(ca.clock.now) + 1)
        #expect(try await ca.published().entries.count == 1)
        ca.clock.advance(by: 60)
        #expect(try await ca.published().entries.isEmpty)
    }

    @Test("R2: two nodes that publish at once never use a number twice, and one that lost its lease stores nothing")
    func leases() async throws {
        let ca = try await TestCA.found()
        let other = try await ca.secondNode()
        let numbers = try await withThrowingTaskGroup(of: Int64.self) { group in
            for node in [ca.services, other, ca.services, other] {
                group.addTask { try await node.revocationLists.publish(for: ca.issuing, lifetime: 86_400).number }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(numbers.count == 4)

        let jobs = JobLeases(database: ca.services.database, surroundings: ca.surroundings)
        let elsewhere = JobLeases(database: other.database, surroundings: ca.surroundings)
        let lease = try #require(try await jobs.take("job", for: 60))
        #expect(try await elsewhere.take("job", for: 60) == nil)
        ca.clock.advance(by: 61)
        let second = try #require(try await elsewhere.take("job", for: 60))
        await #expect(throws: (any Error).self) { try await ca.services.database.write(lease.end) }
        try await ca.services.database.write(second.end)
        #expect(try await jobs.take("job", for: 60) != nil)
    }

    @Test("R3: a list is due at its interval and at once after a compromise, not else; at birth there is an empty one")
    func schedule() async throws {
        let ca = try await TestCA.found()
        let lists = ca.services.revocationLists
        let schedule = ListSchedule(interval: 6 * 3600, lifetime: 24 * 3600)
        #expect(try await ca.list().entries.isEmpty)
        #expect(try await lists.publishIfDue(for: ca.issuing, schedule) == nil)
        let certificates = [try await ca.enrolled("a.lab.test"), try await ca.enrolled("b.lab.test")]
        try await ca.revoke(certificates[0], reason: .superseded)
        #expect(try await lists.publishIfDue(for: ca.issuing, schedule) == nil)
        try await ca.revoke(certificates[1], reason: .keyCompromise)
        #expect(try await lists.publishIfDue(for: ca.issuing, schedule)?.entries == 2)
        #expect(try await lists.publishIfDue(for: ca.issuing, schedule) == nil)
        ca.clock.advance(by: 6 * 3600)
        let second = try await ca.secondNode()
        let made = try await withThrowingTaskGroup(of: Bool.self) { group in
            for node in [ca.services, second] {
                group.addTask { try await node.revocationLists.publishIfDue(for: ca.issuing, schedule) != nil }
            }
            return try await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(made == 1)
        #expect(ListSchedule(interval: 24 * 3600, lifetime: 24 * 3600).interval == 12 * 3600)
    }

    @Test("R4: a certificate names its shard for good, each shard lists its own, the complete list all")
    func shards() async throws {
        let ca = try await TestCA.found(listLayout: ListLayout(shards: 3))
        var certificates: [Certificate] = []
        for number in 0..<8 { certificates.append(try await ca.enrolled("s\(number).lab.test")) }
        for certificate in certificates { try await ca.revoke(certificate) }
        let complete = try await ca.published()
        #expect(complete.entries.count == 8)
        #expect(!complete.extensions.contains { $0.oid == OIDs.issuingDistributionPoint })
        var lists: [CertificateRevocationList] = []
        for shard in 1...3 { lists.append(try await ca.list(shard)) }
        for certificate in certificates {
            let point = try #require(certificate.extensions.first { $0.oid == OIDs.crlDistributionPoints }?.value)
            let naming = lists.filter { list in
                // CRLDistributionPoints and IssuingDistributionPoint hold the same DistributionPointName, byte for byte.
                list.extensions.contains {
                    $0.oid == OIDs.issuingDistributionPoint && $0.critical && DERBytes.sequence($0.value) == point
                }
            }
            #expect(naming.count == 1)
            #expect(naming.first?.entry(for: certificate.serialNumber) != nil)
            #expect(lists.filter { $0.entry(for: certificate.serialNumber) != nil }.count == 1)
        }
        #expect(Set(lists.map(\.number)) == [complete.number])

        // A CA that goes back to one list publishes the shards on.
        let lists2 = RevocationLists(database: ca.services.database, surroundings: ca.surroundings)
        let plain = Authority(
            identity: AuthorityIdentity(
                authority: ca.issuing.identity.authority, subject: ca.issuing.identity.subject, publicKey: ca.issuing.identity.publicKey,
                certificate: ca.issuing.identity.certificate, root: ca.issuing.identity.root, baseURL: "http://127.0.0.1:8080"),
            key: ca.issuingKey)
        _ = try await lists2.publish(for: plain, lifetime: 86_400)
        let again = try await ca.list(2)
        #expect(try #require(again.number) > (try #require(lists[1].number)))
        #expect(again.entries == lists[1].entries)
    }

    @Test("R5: a delta builds on a complete list, shares its numbers, and tells what was revoked and released since")
    func deltas() async throws {
        let ca = try await TestCA.found(listLayout: ListLayout(hasDeltas: true))
        let lists = ca.services.revocationLists
        let schedule = ListSchedule(interval: 6 * 3600, lifetime: 24 * 3600, deltaInterval: 600)
        let certificates = [try await ca.enrolled("a.lab.test"), try await ca.enrolled("b.lab.test"), try await ca.enrolled("c.lab.test")]
        try await ca.revoke(certificates[0])
        try await ca.revoke(certificates[1], reason: .certificateHold)
        let base = try await ca.published()
        let freshest = try #require(base.extensions.first { $0.oid == OIDs.freshestCRL && !$0.critical })
        // Certificates name the delta too, by the same URL.
        #expect(certificates.allSatisfy { $0.extensions.contains(freshest) })

        #expect(try await lists.publishIfDue(for: ca.issuing, schedule) == nil)
        ca.clock.advance(by: 600)
        try await ca.release(certificates[1])
        try await ca.revoke(certificates[2])
        _ = try #require(try await lists.publishIfDue(for: ca.issuing, schedule))
        #expect(try await ca.list().number == base.number)
        let delta = try await ca.list(delta: true)
        let frame = try RevocationListFrame(der: delta.der)
        #expect(frame.baseNumber == base.number)
        #expect(try #require(frame.number) > (try #require(base.number)))
        #expect(delta.extensions.contains { $0.oid == OIDs.deltaCRLIndicator && $0.critical })
        #expect(delta.entries.count == 2)
        #expect(delta.entry(for: certificates[1].serialNumber)?.reason == .removeFromCRL)
        #expect(delta.entry(for: certificates[2].serialNumber)?.reason == .superseded)

        ca.clock.advance(by: 600)
        let next = try await ca.published()
        #expect(next.entries.count == 2)
        let both = try RevocationListFrame(der: try await ca.list(delta: true).der)
        #expect(both.number == next.number)
        #expect(both.baseNumber == base.number)
    }
}
