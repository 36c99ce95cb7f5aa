import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys
import Testing
import TestSupport

@Suite struct IssuancePathTests {
    @Test func aChallengeBringsACertificateThatTheCASigned() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let request = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
        let issuance = try await ca.released(request, [ChallengeCredential(secret: secret)])

        let certificate = issuance.certificate
        let issuer = try #require(ca.issuing.identity.certificate)
        #expect(certificate.isSigned(by: issuer.publicKey))
        #expect(certificate.issuer == issuer.subject)
        #expect(certificate.subject.description == "CN=a.lab.test")
        #expect(certificate.subjectAlternativeNames == [.dns("a.lab.test")])
        #expect(certificate.publicKey == request.publicKey)
        #expect(certificate.keyUsage == [.digitalSignature])
        #expect(certificate.extendedKeyUsages == [OIDs.clientAuth])
        #expect(certificate.authorityKeyIdentifier == issuer.subjectKeyIdentifier)
        #expect(issuance.chain == [issuer])
        #expect(issuance.root == ca.root.identity.certificate)
    }

    @Test func theTrailTellsEveryStage() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let issuance = try await ca.released(
            try await TestCA.request(try .generate(.p256), commonName: "a.lab.test"), [ChallengeCredential(secret: secret)])
        let row = try #require(try await ca.services.search.transaction(issuance.id))
        #expect(row.outcome == "released")
        #expect(row.serialNumber == issuance.certificate.serialNumber)
        #expect(row.trail.entries.map(\.stage) == [.decode, .authenticate, .authorize, .shape, .check, .record, .sign])
        #expect(!row.trail.entries.contains { $0.text.contains(secret) })
    }

    @Test func theSameRequestGetsTheSameCertificateAgainWithinTheWindowAndANewOneAfterIt() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let request = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
        let first = try await ca.released(request, [ChallengeCredential(secret: secret)])
        let second = try await ca.released(request, [ChallengeCredential(secret: secret)])
        #expect(first.certificate == second.certificate)
        ca.clock.advance(by: 1201)
        let third = try await ca.released(request, [ChallengeCredential(secret: secret)])
        #expect(third.certificate != first.certificate)
    }

    @Test func aRevokedOutcomeIsNotGivenAgain() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let request = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
        let first = try await ca.released(request, [ChallengeCredential(secret: secret)])
        try await ca.revoke(first.certificate)
        let second = try await ca.released(request, [ChallengeCredential(secret: secret)])
        #expect(second.certificate.serialNumber != first.certificate.serialNumber)
    }

    @Test func sixteenSimultaneousCopiesOfOneRequestYieldOneCertificate() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(oneTime: true, covers: ["*.lab.test"])
        let request = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
        let certificates = try await withThrowingTaskGroup(of: Certificate.self) { group in
            for _ in 0..<16 { group.addTask { try await ca.released(request, [ChallengeCredential(secret: secret)]).certificate } }
            return try await group.reduce(into: Set<Certificate>()) { $0.insert($1) }
        }
        #expect(certificates.count == 1)
        #expect(try await ca.enrolled().count == 1)
    }

    @Test func aOneTimeChallengeIsWonByOneOfTwoRacingRequests() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(oneTime: true, covers: ["*.lab.test"])
        let outcomes = try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<8 {
                let request = try await TestCA.request(try .generate(.p256), commonName: "r\(number).lab.test")
                group.addTask { (try? await ca.released(request, [ChallengeCredential(secret: secret)])) != nil }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.count { $0 } == 1)
        #expect(try await ca.enrolled().count == 1)
    }

    @Test func aRefusedRequestSpendsNoOneTimeChallenge() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(oneTime: true, covers: ["a.lab.test"])
        let stranger = try await TestCA.request(try .generate(.p256), commonName: "b.lab.test")
        await ca.expect(.unacceptableName, stranger, [ChallengeCredential(secret: secret)])
        _ = try await ca.released(
            try await TestCA.request(try .generate(.p256), commonName: "a.lab.test"), [ChallengeCredential(secret: secret)])
    }

    @Test func aSerialThatExistsAlreadyIsDrawnAgain() async throws {
        // Every draw repeats the one before it, once.
        let ca = try await TestCA.found(randomness: StutteringRandomness())
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        var serials: Set<[UInt8]> = []
        for number in 0..<4 {
            let request = try await TestCA.request(try .generate(.p256), commonName: "s\(number).lab.test")
            serials.insert(try await ca.released(request, [ChallengeCredential(secret: secret)]).certificate.serialNumber)
        }
        #expect(serials.count == 4)
    }

    @Test func aHeldRequestWaitsAndItsRepetitionNamesTheSameReference() async throws {
        let ca = try await TestCA.found()
        try await ca.services.catalog.add(endpoints: [try ca.holdingEndpoint()], templates: [], at: ca.surroundings.now)
        let secret = try await ca.challenge("scep-held", oneTime: true, covers: ["*.lab.test"])
        let request = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
        var references: Set<RequestID> = []
        for _ in 0..<2 {
            let outcome = try await ca.services.pipeline.process(
                ca.issuanceRequest(request, credentials: [ChallengeCredential(secret: secret)], endpoint: "scep-held", exchangeID: [7]))
            guard case .pending(let pending) = outcome else { throw Unexpected("released") }
            references.insert(pending.reference)
        }
        #expect(references.count == 1)
        guard case .pending(let polled) = try await ca.services.pipeline.poll(endpoint: "scep-held", exchangeID: [7]) else {
            throw Unexpected("released")
        }
        #expect(references == [polled.reference])
        await #expect(throws: Refusal.self) { try await ca.services.pipeline.poll(endpoint: "scep-held", exchangeID: [8]) }
    }

    @Test func aDisabledEndpointRefusesAtOnceAndOpensAgain() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let request = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
        try await ca.services.catalog.setEnabled(false, endpoint: DefaultEndpoints.scep)
        await ca.expect(.endpointDisabled, request, [ChallengeCredential(secret: secret)])
        try await ca.services.catalog.setEnabled(true, endpoint: DefaultEndpoints.scep)
        _ = try await ca.released(request, [ChallengeCredential(secret: secret)])
    }

    @Test func aRuleThatRequiresNothingCannotBeMadeNorReadBack() throws {
        #expect(throws: Refusal.self) { try PolicyRule(name: "open", requires: [], templates: ["device-8021x"]) }
        let json = #"{"name":"open","requires":[],"templates":["device-8021x"],"disposition":{"issue":{}}}"#
        #expect(throws: (any Error).self) { try JSONDecoder().decode(PolicyRule.self, from: Data(json.utf8)) }
    }
}

/// Gives each block of bytes twice.
private final class StutteringRandomness: Randomness {
    private let state = Locked<(count: Int, block: [UInt8])>((0, []))

    func bytes(_ count: Int) -> [UInt8] {
        guard count == 16 else { return SystemRandomness().bytes(count) }
        return state.with { state in
            state.count += 1
            if state.count % 2 == 1 || state.block.isEmpty { state.block = SystemRandomness().bytes(count) }
            return state.block
        }
    }
}
