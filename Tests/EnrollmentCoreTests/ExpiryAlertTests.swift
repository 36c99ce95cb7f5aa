import EnrollmentCore
import Foundation
import PKIFormats
import TestSupport
import Testing

/// What ends soon is found, and told of once a threshold.
@Suite struct ExpiryAlertTests {
    private static let day: TimeInterval = 86_400

    @Test("A certificate is told of once at each threshold, by one process, and not when it is revoked or renewed")
    func certificates() async throws {
        let ca = try await TestCA.found()
        let other = try await ca.secondNode()
        let kept = try await ca.enrolled("kept.lab.test")
        let revoked = try await ca.enrolled("revoked.lab.test")
        let renewed = try await ca.enrolled("renewed.lab.test")
        #expect(try await ca.services.alerts.look(days: [30, 7, 1], queues: false).filter { $0.kind == .certificate }.isEmpty)
        try await ca.revoke(revoked)
        ca.clock.advance(by: kept.validity.notAfter.timeIntervalSince(ca.clock.now) - 29 * Self.day)
        let successor = try await ca.renewed(renewed)

        var told: [[Int]] = []
        for daysLeft in [29, 28, 6, 5, 0] {
            ca.clock.advance(by: kept.validity.notAfter.timeIntervalSince(ca.clock.now) - Double(daysLeft) * Self.day - 3600)
            for node in [ca.services, other] {
                let alerts = try await node.alerts.look(days: [30, 7, 1], queues: false).filter { $0.kind == .certificate }
                #expect(alerts.allSatisfy { $0.identifier == kept.serialHex && $0.daysLeft == daysLeft })
                told.append(alerts.map { $0.threshold / 86_400 })
            }
        }
        #expect(told == [[30], [], [], [], [7], [], [], [], [1], []])
        #expect(try await ca.services.search.issuance(serialNumber: successor.serialNumber)?.revocation == nil)
        let span = ca.clock.now...ca.clock.now.addingTimeInterval(Self.day)
        #expect(try await ca.services.expiry.certificates(span, limit: 10).map(\.identifier) == [kept.serialHex])
        #expect(try await ca.services.expiry.count(span) == 1)
    }

    @Test("A first look close to the end tells of a certificate once, not once a threshold")
    func firstLook() async throws {
        let ca = try await TestCA.found()
        let certificate = try await ca.enrolled("late.lab.test")
        ca.clock.advance(by: certificate.validity.notAfter.timeIntervalSince(ca.clock.now) - 3600)
        let alerts = try await ca.services.alerts.look(days: [30, 7, 1], queues: false)
        #expect(alerts.filter { $0.kind == .certificate }.map(\.threshold) == [86_400])
    }

    @Test("A list is told of at half its life, near its end and past it; a new one ends that")
    func lists() async throws {
        let ca = try await TestCA.found()
        _ = try await ca.published(lifetime: 8 * Self.day)
        func told() async throws -> [Int] {
            try await ca.services.alerts.look(days: [30], queues: false).filter {
                $0.kind == .list && $0.identifier.hasPrefix(ca.issuing.identity.keyIdentifier.hex)
            }.map(\.threshold)
        }
        #expect(try await told() == [])
        ca.clock.advance(by: 4 * Self.day)
        #expect(try await told() == [4 * 86_400])
        #expect(try await told() == [])
        ca.clock.advance(by: 3 * Self.day)
        #expect(try await told() == [86_400])
        ca.clock.advance(by: Self.day)
        #expect(try await told() == [0])
        _ = try await ca.published(lifetime: 8 * Self.day)
        #expect(try await told() == [])
    }

    @Test("CAs are told of at a year and nearer; messages wait until they are delivered, later after each attempt")
    func messages() async throws {
        let ca = try await TestCA.found()
        let alerts = ca.services.alerts
        let end = try #require(ca.issuing.identity.certificate).validity.notAfter
        ca.clock.advance(by: end.timeIntervalSince(ca.clock.now) - 360 * Self.day)
        let told = try await alerts.look(days: [30], queues: true)
        #expect(told.contains { $0.kind == .authority && $0.name == DefaultEndpoints.issuingAuthority && $0.threshold == 365 * 86_400 })
        let message = try #require(try await alerts.waiting().first)
        #expect(message.body.contains("\"kind\":\"authority\""))
        #expect(try await alerts.waiting().isEmpty)
        ca.clock.advance(by: 120)
        let again = try #require(try await alerts.waiting().first)
        #expect(again.id == message.id)
        try await alerts.delivered(again)
        ca.clock.advance(by: 3600)
        #expect(try await alerts.waiting().isEmpty)
    }

    @Test("H7: a CA is told of as soon as it ends before what a template issues today should")
    func lifetimeNoLongerFits() async throws {
        let ca = try await TestCA.found()
        let end = try #require(ca.issuing.identity.certificate).validity.notAfter
        let longest = try #require(ca.services.catalog.longestLifetime(below: DefaultEndpoints.issuingAuthority)).lifetime
        func told() async throws -> [Int] {
            try await ca.services.alerts.look(days: [30], queues: false).filter {
                $0.kind == .authority && $0.name == DefaultEndpoints.issuingAuthority
            }.map(\.threshold)
        }
        ca.clock.advance(by: end.timeIntervalSince(ca.clock.now) - longest - Self.day)
        _ = try await told()
        ca.clock.advance(by: Self.day)
        #expect(try await told() == [Int(longest)])
        #expect(try await told() == [])
    }

    @Test("A renewed certificate is superseded after its template's delay, by the server, once, and only where the new one still counts")
    func supersession() async throws {
        let ca = try await TestCA.found()
        let template = try #require(ca.services.catalog.template(named: "device-8021x"))
        var patient = template
        patient.version += 1
        patient.supersedesAfter = 86_400
        try await ca.services.catalog.add(endpoints: [], templates: [patient], at: ca.clock.now)
        let first = try await ca.enrolled("a.lab.test")
        let lost = try await ca.enrolled("b.lab.test")
        _ = try await ca.renewed(first)
        try await ca.revoke(try await ca.renewed(lost))
        func isRevoked(_ certificate: Certificate) async throws -> RevocationReason? {
            try await ca.services.search.issuance(serialNumber: certificate.serialNumber)?.revocation?.reason
        }
        #expect(try await ca.services.supersession.run() == 0)
        ca.clock.advance(by: 86_400)
        let other = try await ca.secondNode()
        #expect(try await ca.services.supersession.run() == 1)
        #expect(try await other.supersession.run() == 0)
        #expect(try await isRevoked(first) == .superseded)
        #expect(try await isRevoked(lost) == nil)
        let row = try #require(try await ca.services.search.transactions(.init(outcome: "revoked")).first)
        #expect(row.operation == "supersede")
        #expect(row.principal == "system:supersession")
    }
}

extension TestCA {
    /// Renews with a new key, by the certificate.
    fileprivate func renewed(_ certificate: Certificate) async throws -> Certificate {
        try await released(
            try await Self.request(try .generate(.p256), commonName: certificate.subject.commonName),
            [CertificateCredential(certificate, provedBy: .tlsHandshake)], intent: .renew(of: certificate)
        ).certificate
    }
}
