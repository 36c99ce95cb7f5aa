import EnrollmentCore
import Foundation
import PKIFormats
import TestSupport
import Testing

@Suite struct RehearsalTests {
    private func counts(_ ca: TestCA) async throws -> [Int64] {
        var counts: [Int64] = []
        for table in ["issuances", "transactions", "settlements", "held_requests", "rate_uses"] {
            counts.append(try await ca.services.database.read("SELECT COUNT(*) AS n FROM \(table)").first?.integer("n") ?? -1)
        }
        return counts
    }

    private func rehearse(_ ca: TestCA, _ request: CertificationRequest, _ evidence: [String]) async throws -> Rehearsal {
        var proofs: [Proof] = []
        for text in evidence {
            proofs.append(try await Supposition.read(text, endpoint: DefaultEndpoints.scep, from: ca.services.suppositions).proof)
        }
        return await ca.services.pipeline.rehearse(ca.issuanceRequest(request, credentials: []), as: proofs)
    }

    @Test func whatIsRehearsedIsWhatIsIssuedAndNothingIsWritten() async throws {
        let ca = try await TestCA.found()
        let request = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test", names: [.dns("a.lab.test")])
        let before = try await counts(ca)
        let rehearsal = try await rehearse(ca, request, ["challenge=*.lab.test"])
        #expect(try await counts(ca) == before)
        guard case .issue = rehearsal.verdict, let bytes = rehearsal.toBeSigned, let algorithm = rehearsal.algorithm else {
            throw Unexpected("\(rehearsal.trail)")
        }
        let shaped = try Certificate(toBeSigned: bytes, algorithm: algorithm, signature: [0])
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let issued = try await ca.released(request, [ChallengeCredential(secret: secret)]).certificate
        #expect(shaped.extensions == issued.extensions && shaped.subject == issued.subject && shaped.validity == issued.validity)
        #expect(shaped.serialNumber != issued.serialNumber)
    }

    @Test func withoutEvidenceOrWithTooLittleItTellsWhatIsMissing() async throws {
        let ca = try await TestCA.found()
        let request = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
        for (evidence, code) in [
            ([], Refusal.Code.notAuthorized), (["challenge=*.other.test"], .unacceptableName), (["password"], .notAuthorized),
        ] {
            guard case .refuse(let refusal) = try await rehearse(ca, request, evidence).verdict else { throw Unexpected("accepted") }
            #expect(refusal.code == code)
        }
        #expect(try await rehearse(ca, request, []).trail.entries.contains { $0.text.contains("not proved: knowsChallenge") })
    }

    @Test func whatTheEndpointKnowsMayBeSupposed() async throws {
        let ca = try await TestCA.found()
        let key = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let issued = try await ca.released(key, [ChallengeCredential(secret: secret)]).certificate
        let sources = ca.services.suppositions
        let renewal = try await Supposition.read("certificate:\(issued.serialHex)", endpoint: DefaultEndpoints.scep, from: sources)
        #expect(renewal.predecessor == issued && renewal.proof.predecessorTemplate == "device-8021x")
        let challenge = try #require(try await ca.services.challenges.list().first)
        let supposed = try await Supposition.read("challenge:\(challenge.id)", endpoint: DefaultEndpoints.scep, from: sources)
        #expect(supposed.proof.covers == challenge.covers)
        for wrong in ["", "love", "user:nobody", "challenge:00", "certificate:zz"] {
            await #expect(throws: Refusal.self, "\(wrong)") {
                try await Supposition.read(wrong, endpoint: DefaultEndpoints.scep, from: sources)
            }
        }
    }
}
