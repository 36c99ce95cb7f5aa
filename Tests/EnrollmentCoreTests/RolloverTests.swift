import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

@Suite struct RolloverTests {
    private static let day: TimeInterval = 86_400

    @Test("an issuing CA's key is replaced: clients of before, during and after verify, and nobody waits")
    func wholeRollover() async throws {
        let lab = try await RolloverLab()
        let ca = lab.ca
        let root = try #require(ca.root.identity.certificate)
        let first = try #require(ca.issuing.identity.certificate)
        let beforeKey = try SoftwareKey.generate(.p256)
        let before = try await lab.enroll("before.lab.test", key: beforeKey)

        let second = try await lab.prepare("issuing", keyName: "issuing-2")
        #expect(second.subject == first.subject && second.publicKey != first.publicKey)
        let during = try await lab.enroll("during.lab.test")
        #expect(during.certificate.isSigned(by: first.publicKey), "next issues only what is addressed to it")
        let shadow = try await lab.enroll("shadow.lab.test", addressee: second.authorityKey)
        #expect(shadow.certificate.isSigned(by: second.publicKey))
        #expect(shadow.chain == [second])

        try await lab.activate("issuing")
        let after = try await lab.enroll("after.lab.test")
        #expect(after.certificate.isSigned(by: second.publicKey))
        #expect(after.certificate.authorityKeyIdentifier == second.subjectKeyIdentifier)
        let late = try await lab.enroll("late.lab.test", addressee: first.authorityKey)
        #expect(late.certificate.isSigned(by: second.publicKey), "a retiring generation issues nothing more")
        let renewed = try await lab.process(
            try await TestCA.request(beforeKey, commonName: "before.lab.test"),
            [CertificateCredential(before.certificate, provedBy: .cmsSignature)], intent: .renew(of: before.certificate))
        #expect(renewed.certificate.isSigned(by: second.publicKey))

        for issuance in [before, during, shadow, after, late, renewed] {
            #expect(try await lab.accepts(issuance.certificate, anchor: root, untrusted: issuance.chain, checkingCRLs: true))
        }
        #expect(before.chain == [first])

        // The old key still answers for what it issued.
        try await ca.revoke(during.certificate)
        try await lab.reload()
        #expect(try await !lab.accepts(during.certificate, anchor: root, untrusted: during.chain, checkingCRLs: true))
        #expect(try await lab.accepts(before.certificate, anchor: root, untrusted: before.chain, checkingCRLs: true))

        await #expect(throws: Refusal.self) { try await lab.rollover.retire("issuing") }
        #expect(try await lab.rollover.retireExpired().isEmpty)
        ca.clock.advance(by: 200 * Self.day)
        try await lab.reload()
        #expect(try await lab.accepts(before.certificate, anchor: root, untrusted: before.chain, checkingCRLs: true))
        _ = try await lab.enroll("half-way.lab.test")
        ca.clock.advance(by: 166 * Self.day)
        #expect(try await lab.rollover.retireExpired() == [first.authorityKey])
        try await lab.reload()
        #expect(ca.services.authorities.generation(issuerKey: first.authorityKey)?.signer == nil)
        let last = try await lab.enroll("last.lab.test")
        #expect(try await lab.accepts(last.certificate, anchor: root, untrusted: last.chain, checkingCRLs: true))
    }

    @Test("a retry that crosses the rollover gets the certificate it was given, with its own issuer")
    func retryAcrossActivation() async throws {
        let lab = try await RolloverLab()
        let secret = try await lab.ca.challenge(covers: ["*.lab.test"])
        let request = try await TestCA.request(.generate(.p256), commonName: "a.lab.test")
        let given = try await lab.process(request, [ChallengeCredential(secret: secret)])
        _ = try await lab.prepare("issuing", keyName: "issuing-2")
        try await lab.activate("issuing")
        let again = try await lab.process(request, [ChallengeCredential(secret: secret)])
        #expect(again.certificate == given.certificate)
        #expect(again.chain == given.chain)
    }

    @Test("a root's key is replaced: each root's clients verify the other's certificates by the cross certificates")
    func rootRollover() async throws {
        let lab = try await RolloverLab()
        let ca = lab.ca
        let oldRoot = try #require(ca.root.identity.certificate)
        let before = try await lab.enroll("before.lab.test")

        let newRoot = try await lab.prepare("root", keyName: "root-2")
        #expect(newRoot.isSelfSigned && newRoot.subject == oldRoot.subject && newRoot.publicKey != oldRoot.publicKey)
        let identity = try #require(ca.services.authorities.active("issuing")?.identity)
        #expect(identity.root == oldRoot)
        #expect(identity.rootUpdate.count == 3 && identity.rootUpdate.contains(newRoot))
        let oldWithNew = try #require(identity.rootUpdate.first { $0.publicKey == oldRoot.publicKey })
        let newWithOld = try #require(identity.rootUpdate.first { $0.publicKey == newRoot.publicKey && $0 != newRoot })
        #expect(oldWithNew.isSigned(by: newRoot.publicKey) && newWithOld.isSigned(by: oldRoot.publicKey))

        try await lab.activate("root")
        _ = try await lab.prepare("issuing", keyName: "issuing-2")
        try await lab.activate("issuing")
        let after = try await lab.enroll("after.lab.test")
        #expect(after.root == newRoot)
        #expect(try await lab.accepts(after.certificate, anchor: newRoot, untrusted: after.chain))
        #expect(try await lab.accepts(after.certificate, anchor: oldRoot, untrusted: after.chain + [newWithOld]))
        #expect(try await lab.accepts(before.certificate, anchor: newRoot, untrusted: before.chain + [oldWithNew]))
        #expect(try await !lab.accepts(after.certificate, anchor: oldRoot, untrusted: after.chain))
    }

    @Test("each step may be cut off and repeated, and writes nothing twice")
    func repeatedSteps() async throws {
        let lab = try await RolloverLab()
        let next = try await lab.prepare("root", keyName: "root-2")
        #expect(try await lab.prepare("root", keyName: "root-2") == next)
        #expect(try await lab.ca.services.generations.crossCertificates().count == 2)
        await #expect(throws: Refusal.self, "another key while one is prepared") { try await lab.prepare("root", keyName: "root-3") }
        try await lab.activate("root")
        await #expect(throws: Refusal.self, "nothing is next any more") { try await lab.activate("root") }
        #expect(
            lab.ca.services.authorities.generations(of: "root").map(\.state).sorted { $0.rawValue < $1.rawValue } == [.active, .retiring])
    }

    @Test("a request addressed to a generation of another authority is refused")
    func foreignAddressee() async throws {
        let lab = try await RolloverLab()
        try await lab.reload()
        await #expect(throws: Refusal.self) { try await lab.enroll("a.lab.test", addressee: lab.ca.root.identity.keyIdentifier) }
        await #expect(throws: Refusal.self) { try await lab.enroll("a.lab.test", addressee: [1, 2, 3]) }
    }

    @Test("the CA's own certificates renew themselves at two thirds of their life, with overlap")
    func ownCertificatesRenew() async throws {
        let lab = try await RolloverLab()
        let ca = lab.ca
        try await lab.reload()
        let store = ca.services.systemCertificates
        for (role, key) in [
            (SystemCertificates.Role.scepRA, try SoftwareKey.generate(.rsa2048)), (.ocspResponder, try .generate(.p256)),
            (.tlsServer, try .generate(.p256)),
        ] {
            func current() async throws -> Certificate {
                let generation = try #require(ca.services.authorities.active("issuing"))
                return try await store.current(
                    role, of: generation, key: key, keyName: "k", commonName: "own.lab.test",
                    names: role == .tlsServer ? [.dns("own.lab.test")] : [],
                    through: ca.services.pipeline)
            }
            let first = try await current()
            let life = first.validity.notAfter.timeIntervalSince(ca.clock.now)
            ca.clock.advance(by: life * 0.6)
            #expect(try await current() == first)
            ca.clock.advance(by: life * 0.1)
            let second = try await current()
            #expect(second != first && second.publicKey == first.publicKey)
            #expect(first.validity.notAfter > ca.clock.now, "the old one still counts while the new one spreads")
            let unexpired = try await store.unexpired(role, issuerKey: ca.issuing.identity.keyIdentifier)
            #expect(unexpired.map(\.certificate) == [second, first])
        }
    }
}
