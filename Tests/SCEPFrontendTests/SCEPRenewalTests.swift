import EnrollmentCore
import Foundation
import PKIFormats
@testable import SCEPFrontend
import SCEPWire
import SigningKeys
import TestSupport
import Testing

/// Each rule alone, by both messages that renew: RenewalReq, and PKCSReq signed by the old certificate.
@Suite("Which certificates renew themselves by SCEP, and as what")
struct SCEPRenewalTests {
    private static let day: TimeInterval = 86_400
    private static let year = 365 * day

    /// A server, an enrolled client, and a second key.
    private struct Scene {
        let server: SCEPTestServer
        let clock = TestClock()
        let old: SCEPTestClient
        let next: SCEPTestClient

        init(
            _ options: [String: EndpointOptions.Value] = [:], disposition: PolicyRule.Disposition = .issue,
            template: (inout Template) -> Void = { _ in }
        ) async throws {
            server = try await SCEPTestServer(disposition: disposition, clock: clock, template: template)
            if !options.isEmpty {
                for endpoint in ["scep-default", "scep-follower"] {
                    try await server.catalog.setOptions(EndpointOptions(["renewal": .object(options)]), endpoint: endpoint)
                }
            }
            old = try await server.enrolled(SCEPEnrollmentTests.client(0))
            next = try await SCEPEnrollmentTests.client(1)
        }

        func renew(
            _ type: String = "17", as name: String = "device-1", names: [GeneralName] = [], key: SCEPTestClient? = nil,
            at label: String = "default"
        ) async throws -> SCEPTestReply {
            let wishes = names.isEmpty ? [] : [Extensions.subjectAlternativeName(names)]
            let csr = try await (key ?? next).csr(name: name, extensions: wishes)
            return try await server.exchange(old.message(csr.der, type: type, to: server.ra), at: label)
        }

        func revoke(_ certificate: Certificate) async throws {
            let surroundings = server.services.surroundings
            _ = try await server.services.revocation.revoke(
                RevocationRequest(
                    id: RequestID(in: surroundings),
                    arrival: Arrival(endpoint: "scep-default", binding: "default", operation: "test", instant: surroundings.now),
                    credentials: [CertificateCredential(certificate, provedBy: .cmsSignature)], target: .certificate(certificate),
                    reason: .keyCompromise))
        }
    }

    @Test("An expired certificate renews itself for the endpoint's days of grace and not a second longer", arguments: ["17", "19"])
    func grace(_ type: String) async throws {
        let strict = try await Scene()
        strict.clock.advance(by: strict.old.signer.validity.notAfter.timeIntervalSince(strict.clock.now))
        #expect(try await strict.renew(type).failInfo == .badRequest)
        let lenient = try await Scene(["graceDays": .integer(3)])
        let end = lenient.old.signer.validity.notAfter
        lenient.clock.advance(by: end.timeIntervalSince(lenient.clock.now) + 3 * Self.day - 1)
        let renewed = try await lenient.renew(type).certificates(for: lenient.old)
        #expect(renewed.map(\.publicKey) == [lenient.next.key.publicKey])
        lenient.clock.advance(by: 1)
        #expect(try await lenient.renew(type, key: SCEPEnrollmentTests.client(2)).failInfo == .badRequest)
    }

    @Test("Grace does not help a certificate that was revoked")
    func revokedInGrace() async throws {
        let scene = try await Scene(["graceDays": .integer(3)])
        try await scene.revoke(scene.old.signer)
        scene.clock.advance(by: scene.old.signer.validity.notAfter.timeIntervalSince(scene.clock.now))
        #expect(try await scene.renew().failInfo == .badRequest)
    }

    @Test("A revoked certificate renews nothing", arguments: ["17", "19"])
    func revoked(_ type: String) async throws {
        let scene = try await Scene()
        try await scene.revoke(scene.old.signer)
        #expect(try await scene.renew(type).failInfo == .badRequest)
    }

    @Test("Only in the window before its end, where the endpoint has one", arguments: ["17", "19"])
    func window(_ type: String) async throws {
        let scene = try await Scene(["windowDays": .integer(30)])
        let early = try await scene.renew(type)
        #expect(early.failInfo == .badRequest && early.failInfoText?.contains("last 30 days") == true)
        scene.clock.advance(by: Self.year - 30 * Self.day)
        #expect(try await scene.renew(type).status == .success)
    }

    @Test("At its own endpoint, or at one that renews from there, and nowhere else", arguments: ["17", "19"])
    func endpoints(_ type: String) async throws {
        let scene = try await Scene()
        #expect(try await scene.renew(type, at: "other").failInfo == .badRequest)
        #expect(try await scene.renew(type, at: "follower").status == .success)
    }

    @Test("A renewal may leave names out but not bring new ones; where names must be the same, it may do neither", arguments: ["17", "19"])
    func names(_ type: String) async throws {
        let scene = try await Scene()
        #expect(try await scene.renew(type, as: "device-2").failInfo == .badRequest)
        #expect(try await scene.renew(type, names: [.dns("device-9")]).failInfo == .badRequest)
        let strict = try await Scene(["names": .text("same")]) { $0.subject = [.init("OU", from: .proposal, matching: ["*"])] }
        let csr = try await strict.next.csr(subject: DistinguishedName([(OIDs.organizationalUnit, "Lab"), (OIDs.commonName, "device-1")]))
        let reply = try await strict.server.exchange(strict.old.message(csr.der, type: type, to: strict.server.ra))
        #expect(reply.failInfo == .badRequest && reply.failInfoText?.contains("exactly the names") == true)
        #expect(try await strict.renew(type).status == .success)
    }

    @Test("Any key, a new one, or the same one, as the endpoint says", arguments: ["any", "new", "same"], ["17", "19"])
    func keys(_ rule: String, _ type: String) async throws {
        let scene = try await Scene(["key": .text(rule)])
        let withOld = try await scene.renew(type, key: scene.old)
        let withNew = try await scene.renew(type, key: scene.next)
        #expect((withOld.status == .success) == (rule != "new"))
        #expect((withNew.status == .success) == (rule != "same"))
        if rule == "any" {
            // The same key under the same transactionID: a new certificate, where NDES gives the old one.
            let renewed = try #require(try await withOld.certificates(for: scene.old).first)
            #expect(renewed.serialNumber != scene.old.signer.serialNumber && renewed.publicKey == scene.old.key.publicKey)
        }
    }

    @Test("A template that never takes a key twice refuses the old one at a renewal too")
    func templateKeyRule() async throws {
        let scene = try await Scene { $0.keyReuse = .never }
        #expect(try await scene.renew(key: scene.old).failInfo == .badRequest)
        #expect(try await scene.renew(key: scene.next).status == .success)
    }

    @Test("The predecessor is revoked as superseded after the template's delay, and not before its successor was delivered")
    func supersede() async throws {
        let scene = try await Scene { $0.supersedesAfter = 3600 }
        #expect(try await scene.renew().status == .success)
        #expect(try await scene.server.services.supersession.run() == 0)
        scene.clock.advance(by: 3601)
        #expect(try await scene.server.services.supersession.run() == 1)
        let row = try await scene.server.services.search.issuance(serialNumber: scene.old.signer.serialNumber)
        #expect(row?.revocation?.reason == .superseded)
        #expect(try await scene.renew(key: SCEPEnrollmentTests.client(2)).failInfo == .badRequest, "it renews nothing any more")
    }

    @Test("S3: neither the RA's certificate nor the CA's renews anything, though this CA issued them", arguments: ["17", "19"])
    func ownCertificates(_ type: String) async throws {
        let scene = try await Scene()
        var ra = scene.old
        ra.key = try SCEPTestServer.raKey.get()
        ra.signer = scene.server.ra
        let csr = try await scene.next.csr(name: "Test RA")
        #expect(try await scene.server.exchange(ra.message(csr.der, type: type, to: scene.server.ra)).failInfo == .badRequest)
    }

    @Test("S5: S13: who only claims to be enrolled is refused before the RA's key is used for him", arguments: ["17", "19"])
    func strangers(_ type: String) async throws {
        let scene = try await Scene()
        let server = try await SCEPTestServer(decryptionFails: true)
        let reply = try await server.exchange(scene.old.message(scene.next.csr().der, type: type, to: server.ra))
        #expect(reply.failInfo == .badRequest, "an answer to what was decrypted would be badMessageCheck")
    }

    @Test("A renewal held within the days of grace is issued when it is approved within them")
    func heldInGrace() async throws {
        let scene = try await Scene(["graceDays": .integer(9)])
        try await scene.server.catalog.setDisposition(.hold(reason: "approval"), endpoint: "scep-default")
        scene.clock.advance(by: scene.old.signer.validity.notAfter.timeIntervalSince(scene.clock.now) + Self.day)
        #expect(try await scene.renew().status == .pending)
        let approvals = scene.server.services.approvals
        let held = try #require(try await approvals.list().first)
        scene.clock.advance(by: Self.day)
        _ = try await approvals.approve(held.id, by: OperatorCredential(userID: 0, vouchesFor: []), comment: nil)
        let poll = DERBytes.sequence(scene.server.issuer.subject.der, scene.old.signer.subject.der)
        let reply = try await scene.server.exchange(scene.old.message(poll, type: "20", to: scene.server.ra))
        #expect(try await reply.certificates(for: scene.old).map(\.publicKey) == [scene.next.key.publicKey])
    }

    @Test("Rules out of range are refused when they are set", arguments: ["graceDays", "windowDays"])
    func ranges(_ name: String) throws {
        for value in [-1, 4000] {
            let bag = EndpointOptions(["renewal": .object([name: .integer(Int64(value))])])
            #expect(throws: FormatError.self) { _ = try bag.decode(over: SCEPOptions()) }
        }
    }
}
