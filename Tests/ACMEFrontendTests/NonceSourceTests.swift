import ACMEFrontend
import EnrollmentCore
import Foundation
import TestSupport
import Testing

@Suite("ACME nonces")
struct NonceSourceTests {
    @Test("A nonce is good once")
    func once() {
        let nonces = NonceSource(surroundings: Surroundings())
        let nonce = nonces.issue()
        #expect(nonces.redeem(nonce))
        #expect(!nonces.redeem(nonce))
    }

    @Test("A nonce that was altered, or issued by another process, is not good")
    func foreign() {
        let nonces = NonceSource(surroundings: Surroundings())
        let nonce = nonces.issue()
        #expect(!nonces.redeem(String(nonce.dropLast()) + (nonce.hasSuffix("A") ? "B" : "A")))
        #expect(!nonces.redeem(NonceSource(surroundings: Surroundings()).issue()))
        for text in ["", "x", String(repeating: "A", count: 32), String(repeating: "=", count: 32)] { #expect(!nonces.redeem(text)) }
        #expect(nonces.redeem(nonce))
    }

    @Test("A flood of new nonces takes no young nonce away, and old ones go")
    func flood() {
        let clock = TestClock()
        let nonces = NonceSource(surroundings: Surroundings(clock: clock), lifetime: 600)
        let early = nonces.issue()
        let other = nonces.issue()
        for _ in 0..<140_000 { _ = nonces.issue() }
        #expect(nonces.redeem(early))
        #expect(!nonces.redeem(early))
        clock.advance(by: 601)
        #expect(!nonces.redeem(other))
        #expect(nonces.redeem(nonces.issue()))
    }

    @Test("Of many tasks that redeem one nonce, one succeeds")
    func race() async {
        let nonces = NonceSource(surroundings: Surroundings())
        let nonce = nonces.issue()
        let successes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<64 { group.addTask { nonces.redeem(nonce) } }
            return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
        }
        #expect(successes == 1)
    }
}
