import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

@Suite struct BoundChallengeTests {
    private func challenge(_ ca: TestCA, _ bound: ChallengeBinding?, covers: [String] = ["*.lab.test", "*"]) async throws -> String {
        try await ca.services.challenges.make(
            endpoint: DefaultEndpoints.scep, isOneTime: true, covers: try covers.map { try NamePattern($0) }, bound: bound, lifetime: 3600
        ).secret
    }

    @Test func aChallengeBoundToASubjectServesThatSubjectAlone() async throws {
        let ca = try await TestCA.found()
        let secret = try await challenge(ca, ChallengeBinding(subject: "cn=a.lab.test"))
        let key = try SoftwareKey.generate(.p256)
        await ca.expect(.badCredential, try await TestCA.request(key, commonName: "b.lab.test"), [ChallengeCredential(secret: secret)])
        // The refusal has not spent it.
        _ = try await ca.released(try await TestCA.request(key, commonName: "a.lab.test"), [ChallengeCredential(secret: secret)])
    }

    @Test func aChallengeBoundToAlternativeNamesWantsAllOfThemAndNoOther() async throws {
        let ca = try await TestCA.found()
        let secret = try await challenge(ca, ChallengeBinding(names: [NamePattern("=dns:a.lab.test"), NamePattern("=dns:b.lab.test")]))
        let key = try SoftwareKey.generate(.p256)
        for names in [["a.lab.test"], ["a.lab.test", "c.lab.test"], ["a.lab.test", "b.lab.test", "c.lab.test"], []] {
            let request = try await TestCA.request(key, commonName: "a.lab.test", names: names.map { .dns($0) })
            await ca.expect(.badCredential, request, [ChallengeCredential(secret: secret)])
        }
        let request = try await TestCA.request(key, commonName: "a.lab.test", names: [.dns("b.lab.test"), .dns("a.lab.test")])
        _ = try await ca.released(request, [ChallengeCredential(secret: secret)])
    }

    @Test func aChallengeBoundToADeviceWantsItsNameInTheRequest() async throws {
        let ca = try await TestCA.found()
        let secret = try await challenge(ca, ChallengeBinding(device: "C02XK1"))
        let key = try SoftwareKey.generate(.p256)
        await ca.expect(.badCredential, try await TestCA.request(key, commonName: "a.lab.test"), [ChallengeCredential(secret: secret)])
        _ = try await ca.released(try await TestCA.request(key, commonName: "c02xk1"), [ChallengeCredential(secret: secret)])
    }

    @Test func ofManyRequestsThatRaceForOneChallengeOneWins() async throws {
        let ca = try await TestCA.found()
        let secret = try await challenge(ca, ChallengeBinding(subject: "CN=a.lab.test"))
        var requests: [IssuanceRequest] = []
        for _ in 0..<8 {
            let request = try await TestCA.request(try .generate(.p256), commonName: "a.lab.test")
            requests.append(ca.issuanceRequest(request, credentials: [ChallengeCredential(secret: secret)]))
        }
        let served = await withTaskGroup(of: Bool.self) { group in
            for request in requests {
                group.addTask { (try? await ca.services.pipeline.process(request)) != nil }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        #expect(served == 1)
        #expect(try await ca.enrolled().count == 1)
    }
}
