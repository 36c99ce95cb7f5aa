import EnrollmentCore
import Foundation
import Synchronization
import TestSupport
import Testing

@Suite struct PasswordVerificationTests {
    @Test("However many passwords wait to be verified, two at most are at work, and all get their verdict")
    func twoAtATime() async throws {
        let ca = try await TestCA.found()
        let atWork = Mutex((now: 0, most: 0, done: 0))
        let authenticator = PasswordAuthenticator(store: ca.services.users) { _, _ in
            atWork.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1), $0.done) }
            Thread.sleep(forTimeInterval: 0.005)
            atWork.withLock { $0 = ($0.now - 1, $0.most, $0.done + 1) }
            return false
        }
        let endpoint = try #require(ca.services.catalog.endpoint(named: DefaultEndpoints.est))
        let context = ExaminationContext(endpoint: endpoint, requestDigest: [], instant: Date())
        let refused = await withTaskGroup(of: Bool.self) { group in
            for number in 0..<24 {
                group.addTask {
                    do {
                        return try await authenticator.examine(
                            PasswordCredential(username: "u\(number)", password: "wrong \(number)"), in: context
                        )
                        .isEmpty
                    } catch {
                        return (error as? Refusal)?.code == .badCredential
                    }
                }
            }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        let (_, most, done) = atWork.withLock { $0 }
        #expect(refused == 24 && done == 24)
        #expect((1...2).contains(most))
    }
}
