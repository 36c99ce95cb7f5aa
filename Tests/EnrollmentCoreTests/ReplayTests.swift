import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

@Suite struct ReplayTests {
    @Test func aSpentChallengeNeverMakesASecondCertificateNotEvenForTheRequestThatSpentIt() async throws {
        let ca = try await TestCA.found()
        for isRevoked in [false, true] {
            let secret = try await ca.challenge(oneTime: true, covers: ["*.lab.test"])
            let request = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
            let certificate = try await ca.released(request, [ChallengeCredential(secret: secret)]).certificate
            #expect(try await ca.released(request, [ChallengeCredential(secret: secret)]).certificate == certificate)
            if isRevoked { try await ca.revoke(certificate) } else { ca.clock.advance(by: 1201) }
            await ca.expect(.badCredential, request, [ChallengeCredential(secret: secret)])
        }
    }

    @Test func anOutageLongerThanTheReplayWindowCostsNobodyHisCertificate() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(oneTime: true, covers: ["*.lab.test"])
        let request = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
        ca.issuingKey.isOverloaded = true
        await #expect(throws: Refusal.self) { try await ca.released(request, [ChallengeCredential(secret: secret)]) }
        ca.clock.advance(by: 7200)
        try await ca.services.ledger.forgetExpired()
        await #expect(throws: Refusal.self) { try await ca.released(request, [ChallengeCredential(secret: secret)]) }
        ca.issuingKey.isOverloaded = false
        #expect(try await ca.services.pipeline.recover().finished == 1)
        ca.clock.advance(by: 600)
        try await ca.services.ledger.forgetExpired()
        _ = try await ca.released(request, [ChallengeCredential(secret: secret)])
        #expect(try await ca.enrolled().count == 1)
    }

    @Test func theSameRequestUnderAnotherTemplateIsAnotherRequest() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let csr = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
        var purposes: [[OID]] = []
        for template in ["device-8021x", "tls-server"] {
            let plain = ca.issuanceRequest(csr, credentials: [ChallengeCredential(secret: secret)])
            let request = IssuanceRequest(
                id: plain.id, arrival: plain.arrival, intent: .enroll, credentials: plain.credentials,
                proposal: Proposal(csr, templateHint: template))
            guard case .released(let issuance) = try await ca.services.pipeline.process(request) else { throw Unexpected("pending") }
            purposes.append(issuance.certificate.extendedKeyUsages)
        }
        #expect(purposes == [[OIDs.clientAuth], [OIDs.serverAuth]])
    }

    @Test func aPollWithoutAnExchangeIDFindsNobodysCertificate() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        _ = try await ca.released(
            try await TestCA.request(try .generate(.p256), commonName: "a.lab.test"), [ChallengeCredential(secret: secret)])
        do {
            _ = try await ca.services.pipeline.poll(endpoint: DefaultEndpoints.scep, exchangeID: [])
            Issue.record("found")
        } catch {
            #expect(error.code == .notFound)
        }
    }
}
