import Foundation
import HTTPTransport
import Synchronization
import Testing

@Suite struct OutgoingHTTPTests {
    private let lab = OutgoingHTTP(rules: .lab)

    private func url(_ text: String) throws -> URL { try #require(URL(string: text)) }

    @Test("The lab reaches test names on the loopback address, with the right Host")
    func testNames() async throws {
        try await RunningListener.serve { port, _ in
            for host in ["device.test", "a.b.localhost", "localhost", "127.0.0.1", "DEVICE.Test"] {
                let reply = try await lab.get(url("http://\(host):\(port)/host"))
                #expect(reply.status == 200)
                #expect(reply.body == Array("\(host.lowercased()):\(port)\n".utf8))
                #expect(reply.address.description == "127.0.0.1")
            }
        }
    }

    @Test("Whoever waits for another server is told before, and gives back what others want meanwhile")
    func foreignWait() async throws {
        try await RunningListener.serve { port, _ in
            let waits = Mutex(0)
            let reply = try await ForeignWait.$current.withValue(ForeignWait { waits.withLock { $0 += 1 } }) {
                try await lab.get(url("http://device.test:\(port)/host"))
            }
            #expect(reply.status == 200 && waits.withLock { $0 } == 1)
        }
    }

    @Test("The public rule never connects to this machine, by address or by name")
    func refusal() async throws {
        try await RunningListener.serve { port, _ in
            for host in ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "2130706433"] {
                await #expect(throws: OutgoingFailure.self, "\(host)") {
                    _ = try await OutgoingHTTP(rules: .public).get(url("http://\(host):\(port)/hello"))
                }
            }
        }
    }

    @Test("Redirects are followed, each hop checked, and bounded")
    func redirects() async throws {
        try await RunningListener.serve { port, _ in
            let base = "http://device.test:\(port)"
            let reply = try await lab.get(url("\(base)/redirect?to=/redirect?to=http://other.test:\(port)/host"))
            #expect(String(decoding: reply.body, as: UTF8.self) == "other.test:\(port)\n")
            #expect(reply.urls.count == 3)
            await #expect(throws: OutgoingFailure.addressRefused(host: "169.254.169.254", address: "169.254.169.254")) {
                _ = try await lab.get(url("\(base)/redirect?to=http://169.254.169.254/latest"))
            }
            await #expect(throws: OutgoingFailure.tooManyRedirects(limit: 3)) {
                _ = try await lab.get(url("\(base)/redirect"), redirects: 3)
            }
            await #expect(throws: OutgoingFailure.portRefused(80)) {
                _ = try await lab.get(url("\(base)/redirect?to=http://device.test/"), ports: [port])
            }
            for target in ["file:///etc/passwd", "ftp://device.test/", "http://user:pw@device.test/", "gopher://device.test/"] {
                await #expect(throws: OutgoingFailure.self, "\(target)") { _ = try await lab.get(url("\(base)/redirect?to=\(target)")) }
            }
        }
    }

    @Test("A long body is refused and a dripped one timed out")
    func bounds() async throws {
        try await RunningListener.serve { port, _ in
            await #expect(throws: OutgoingFailure.bodyTooLarge(limit: 1000)) {
                _ = try await lab.get(url("http://device.test:\(port)/big"), maxBody: 1000)
            }
            let start = ContinuousClock.now
            await #expect(throws: OutgoingFailure.timedOut) {
                _ = try await lab.get(url("http://device.test:\(port)/drip"), timeout: .milliseconds(600))
            }
            #expect(ContinuousClock.now - start < .seconds(4))
        }
    }

    @Test("A closed port is a connection failure")
    func closedPort() async throws {
        await #expect {
            _ = try await lab.get(url("http://127.0.0.1:1/"))
        } throws: { error in
            if case .connection = error as? OutgoingFailure { true } else { false }
        }
    }

    @Test("A name without an address is unresolvable")
    func unresolvable() async throws {
        await #expect(throws: OutgoingFailure.unresolvable(host: "no-such-host.invalid")) {
            _ = try await lab.get(url("http://no-such-host.invalid/"))
        }
    }
}
