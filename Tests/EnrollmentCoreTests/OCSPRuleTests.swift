import Foundation
import PKIFormats
import TestSupport
import Testing

@testable import EnrollmentCore

/// The rules for OCSP, each by its number (R6 to R8, R10).
@Suite struct OCSPRuleTests {
    @Test("R6: several certificates in one request, the CertIDs echoed with their hash, unknown for what was never issued")
    func certificateIDs() async throws {
        let ca = try await TestCA.found()
        let responder = try await ca.responder()
        let certificates = [try await ca.enrolled("a.lab.test"), try await ca.enrolled("b.lab.test")]
        try await ca.revoke(certificates[1], reason: .certificateHold)
        for hash in [HashAlgorithm.sha1, .sha256] {
            let question = ca.question(certificates.map(\.serialNumber) + [[1, 2, 3]], hash: hash)
            let answer = try await responder.basic(question)
            #expect(answer.responses.map(\.certID) == (try OCSPRequest(der: question).certIDs))
            #expect(answer.responses.map(\.certID.hash) == [hash, hash, hash])
            #expect(answer.responses.map(\.status) == [.good, .revoked(ca.clock.now, .certificateHold), .unknown])
        }
        #expect(await responder.answer([0x30]).der == OCSPResponse.failure(.malformedRequest))
        let elsewhere = OCSPCertID(
            hash: .sha1, issuerName: ca.root.identity.subject, issuerKey: ca.root.identity.publicKey, serialNumber: [1])
        #expect(await responder.answer(OCSPRequest.encode([elsewhere])).der == OCSPResponse.failure(.unauthorized))
    }

    @Test("R6: the responder is delegated by the CA, for OCSP alone, without being checked itself, for thirty days, and named by its key")
    func delegation() async throws {
        let ca = try await TestCA.found()
        let answer = try await ca.responder().basic(ca.question([[1]]))
        let certificate = try #require(answer.certificates.first)
        #expect(certificate.isSigned(by: ca.issuing.identity.publicKey))
        #expect(certificate.extendedKeyUsages == [OIDs.ocspSigning])
        #expect(certificate.extensions.contains { $0.oid == OIDs.ocspNoCheck })
        #expect(certificate.validity.notAfter <= ca.clock.now.addingTimeInterval(30 * 86_400))
        #expect(answer.responderKeyHash == certificate.publicKey.keyIdentifier)
        #expect(answer.isSigned(by: certificate.publicKey))
    }

    @Test("R7: a nonce of 1 to 128 octets is echoed, in an answer that is kept nowhere; another length is malformed")
    func nonces() async throws {
        let ca = try await TestCA.found()
        let responder = try await ca.responder()
        for count in [1, 16, 32, 128] {
            let nonce = DERBytes.octetString([UInt8](repeating: 7, count: count))
            let answer = await responder.answer(ca.question([[1]], nonce: nonce))
            #expect(try OCSPResponse(der: answer.der).basic?.nonce == nonce)
            #expect(answer.nextUpdate == nil)
        }
        for count in [0, 129] {
            let nonce = DERBytes.octetString([UInt8](repeating: 7, count: count))
            #expect(await responder.answer(ca.question([[1]], nonce: nonce)).der == OCSPResponse.failure(.malformedRequest))
        }
    }

    @Test("R8: an answer is kept for its time, by issuer, serial and hash, and gone with the transaction that revokes, in any process")
    func cache() async throws {
        let ca = try await TestCA.found()
        let responder = try await ca.responder()
        let other = try await ca.secondNode()
        let certificates = [try await ca.enrolled("a.lab.test"), try await ca.enrolled("b.lab.test")]
        let question = ca.question([certificates[0].serialNumber])
        let first = await responder.answer(question)
        #expect(try OCSPResponse(der: first.der).basic?.responses.map(\.status) == [.good])
        ca.clock.advance(by: 30)
        #expect(await responder.answer(question).der == first.der)
        #expect(await responder.answer(ca.question([certificates[0].serialNumber], hash: .sha256)).der != first.der)
        ca.clock.advance(by: 30)
        let renewed = await responder.answer(question)
        #expect(renewed.der != first.der)

        // Another certificate of the issuer: the answer is made anew, and still good.
        try await ca.revoke(certificates[1])
        ca.clock.advance(by: 1)
        #expect(try await responder.basic(question).responses.map(\.status) == [.good])
        try await ca.revoke(certificates[0], reason: .certificateHold, through: other)
        #expect(try await responder.basic(question).responses.map(\.status) == [.revoked(ca.clock.now, .certificateHold)])
        try await ca.release(certificates[0])
        #expect(try await responder.basic(question).responses.map(\.status) == [.good])
        try await ca.revoke(certificates[0], reason: .superseded, through: other)
        try await ca.revoke(certificates[0], reason: .keyCompromise)
        #expect(try await responder.basic(question).responses.map(\.status) == [.revoked(ca.clock.now, .keyCompromise)])
    }

    @Test("R8: an answer `unknown` is not kept: the certificate may be issued in the next moment")
    func unknownIsNotKept() async throws {
        let randomness = PlannedRandomness()
        let ca = try await TestCA.found(randomness: randomness)
        let responder = try await ca.responder()
        let block = [UInt8](repeating: 9, count: 16)
        randomness.plan(block)
        let serial = CertificatePlan.serialNumber(Surroundings(clock: ca.clock, randomness: randomness))
        #expect(try await responder.basic(ca.question([serial])).responses.map(\.status) == [.unknown])
        randomness.plan(block)
        #expect(try await ca.enrolled("a.lab.test").serialNumber == serial)
        #expect(try await responder.basic(ca.question([serial])).responses.map(\.status) == [.good])
    }

    @Test("R10: a template without revocation names neither list nor responder")
    func noRevocation() async throws {
        let ca = try await TestCA.found()
        let certificate = try #require(try await ca.responder().basic(ca.question([[1]])).certificates.first)
        #expect(!certificate.extensions.contains { $0.oid == OIDs.crlDistributionPoints || $0.oid == OIDs.freshestCRL })
        let access = certificate.extensions.first { $0.oid == OIDs.authorityInformationAccess }?.value ?? []
        #expect(!String(decoding: access, as: UTF8.self).contains("/ocsp"))
    }
}

/// Gives one planned block where sixteen octets, a serial number, are asked for; chance otherwise.
private final class PlannedRandomness: Randomness {
    private let planned = Locked<[UInt8]?>(nil)

    func plan(_ block: [UInt8]) { planned.with { $0 = block } }

    func bytes(_ count: Int) -> [UInt8] {
        planned.with { planned in
            guard count == 16, let block = planned else { return SystemRandomness().bytes(count) }
            planned = nil
            return block
        }
    }
}
