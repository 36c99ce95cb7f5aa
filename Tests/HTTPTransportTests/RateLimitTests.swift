import HTTPTransport
import Testing

@Suite struct RateLimitTests {
    private let start = ContinuousClock.now

    @Test("A bucket gives its burst, then its rate, and tells how long to wait")
    func bucket() throws {
        let buckets = TokenBuckets(try #require(.init(perSecond: 2, burst: 3)))
        for _ in 0..<3 { #expect(buckets.take("a", at: start) == nil) }
        #expect(buckets.take("a", at: start) == .milliseconds(500))
        #expect(buckets.take("b", at: start) == nil)
        #expect(buckets.take("a", at: start + .milliseconds(600)) == nil)
        #expect(buckets.take("a", at: start + .milliseconds(600)) != nil)
    }

    @Test("Inventing keys gains nothing: beyond the capacity they share one bucket")
    func capacity() throws {
        let buckets = TokenBuckets(try #require(.init(perSecond: 1, burst: 2)), capacity: 10)
        let granted = (0..<100).filter { buckets.take("key \($0)", at: start) == nil }.count
        #expect(granted == 12)
        // What has filled up again is forgotten.
        #expect(buckets.take("another", at: start + .seconds(10)) == nil)
    }

    @Test("Addresses and endpoints are limited apart; an IPv6 network counts as one client; this machine is not limited")
    func limits() {
        let limits = RateLimits(
            address: .init(perSecond: 1, burst: 2), endpoint: .init(perSecond: 1, burst: 5), limitsLoopback: false)
        for _ in 0..<2 { #expect(limits.wait(peer: "192.0.2.1", endpoint: "scep default", at: start) == nil) }
        #expect(limits.wait(peer: "192.0.2.1", endpoint: "est", at: start) != nil)
        #expect(limits.wait(peer: "::ffff:192.0.2.1", endpoint: "est", at: start) != nil)
        #expect(limits.wait(peer: "2001:db8:0:1::1", endpoint: "scep default", at: start) == nil)
        #expect(limits.wait(peer: "2001:db8:0:1::2", endpoint: "scep default", at: start) == nil)
        #expect(limits.wait(peer: "2001:db8:0:1::3", endpoint: "scep default", at: start) != nil)
        #expect(limits.wait(peer: "192.0.2.3", endpoint: "scep default", at: start) == nil)
        #expect(limits.wait(peer: "192.0.2.4", endpoint: "scep default", at: start) != nil, "the endpoint's five are gone")
        for _ in 0..<20 {
            #expect(limits.wait(peer: "127.0.0.1", endpoint: "scep default", at: start) == nil)
            #expect(limits.wait(peer: "::1", endpoint: "scep default", at: start) == nil)
            #expect(limits.wait(peer: nil, endpoint: "scep default", at: start) == nil)
        }
    }
}
