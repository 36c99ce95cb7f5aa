import EnrollmentCore
import Foundation
import PKIFormats
import SCEPWire
import SigningKeys
import TestSupport
import Testing

@Suite("SCEP requests that a registered signer sends for others")
struct SCEPOnBehalfTests {
    private static let proxy = SCEPEnrollmentTests.client

    @Test("A registered signer enrolls another key under the names he covers, and the reply is encrypted to him")
    func registered() async throws {
        let server = try await SCEPTestServer()
        let proxy = try await Self.proxy(0, .sha256)
        try await server.signers.add(proxy.signer, endpoint: "scep-default", covers: [NamePattern("device-*")])
        let device = try SoftwareKey.generate(.p256)
        let csr = try await proxy.csr(name: "device-9", key: device)
        let reply = try await server.exchange(proxy.message(csr.der, to: server.ra))
        #expect(reply.status == .success)
        let certificates = try await reply.certificates(for: proxy)
        #expect(certificates.map(\.publicKey) == [device.publicKey])
        #expect(try await server.transactions().last?.text("principal").hasPrefix("signer:") == true)

        let foreign = try await proxy.csr(name: "server-1", key: device)
        #expect(try await server.exchange(proxy.message(foreign.der, to: server.ra)).failInfo == .badRequest)
    }

    @Test("An unregistered or removed signer gets the answer of an unreadable request, whatever he wraps")
    func unregistered() async throws {
        let server = try await SCEPTestServer()
        let proxy = try await Self.proxy(0, .sha256)
        let csr = try await proxy.csr(name: "device-9", challenge: server.challenge(covers: "device-*"), key: SoftwareKey.generate(.p256))
        let stranger = try await server.exchange(proxy.message(csr.der, to: server.ra))
        let garbage = try await server.exchange(proxy.message([1, 2, 3], to: server.ra))
        #expect(stranger.failInfo == .badMessageCheck && stranger.failInfoText == garbage.failInfoText)

        try await server.signers.add(proxy.signer, endpoint: "scep-default", covers: [NamePattern("device-*")])
        try await server.signers.remove(fingerprint: proxy.signer.fingerprint(.sha256), endpoint: "scep-default")
        #expect(try await server.exchange(proxy.message(csr.der, to: server.ra)).failInfo == .badMessageCheck)
    }

    @Test("A registered signer whose certificate has ended, or has not begun, is refused")
    func expired() async throws {
        let clock = TestClock()
        let server = try await SCEPTestServer(clock: clock)
        let proxy = try await Self.proxy(0, .sha256)
        try await server.signers.add(proxy.signer, endpoint: "scep-default", covers: [NamePattern("device-*")])
        let csr = try await proxy.csr(name: "device-9", key: SoftwareKey.generate(.p256))
        let message = try await proxy.message(csr.der, to: server.ra)
        for instant in [proxy.signer.validity.notAfter, proxy.signer.validity.notBefore.addingTimeInterval(-1)] {
            clock.advance(by: instant.timeIntervalSince(clock.now))
            #expect(try await server.exchange(message).failInfo == .badRequest)
        }
        clock.advance(by: 1)
        #expect(try await server.database.read("SELECT id FROM issuances", []).isEmpty)
    }

    @Test("A signer of one endpoint is a stranger at another")
    func elsewhere() async throws {
        let server = try await SCEPTestServer()
        let proxy = try await Self.proxy(1, .sha256)
        try await server.signers.add(proxy.signer, endpoint: "scep-other", covers: [NamePattern("device-*")])
        let csr = try await proxy.csr(name: "device-9", key: SoftwareKey.generate(.p256))
        #expect(try await server.exchange(proxy.message(csr.der, to: server.ra)).failInfo == .badMessageCheck)
    }

    @Test("A retry under another transactionID is the same request: one-time challenge, same key, same certificate")
    func retryUnderAnotherTransactionID() async throws {
        let server = try await SCEPTestServer()
        var client = try await Self.proxy(0, .sha256)
        let csr = try await client.csr(challenge: server.challenge(isOneTime: true, covers: "device-1"))
        let first = try await server.exchange(client.message(csr.der, to: server.ra)).certificates(for: client)
        client.transactionID = SCEPString(printable: "another")
        let second = try await server.exchange(client.message(csr.der, to: server.ra)).certificates(for: client)
        #expect(first.count == 1 && first == second)
    }
}
