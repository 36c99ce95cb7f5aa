import EnrollmentCore
import Foundation
import Logging
import PKIFormats
import Persistence
import SigningKeys
import TestSupport
import Testing

@Suite struct RawRequestTests {
    private func vault(_ policy: RawRequests.Policy, _ passphrase: String, _ ca: TestCA) async throws -> RawRequests {
        try await RawRequests.open(policy, passphrase: passphrase, in: ca.services.database, randomness: SystemRandomness())
    }

    private func send(_ ca: TestCA, _ vault: RawRequests, secret: String, raw: [UInt8]) async throws -> RequestID {
        let services = EnrollmentServices(
            database: ca.services.database, surroundings: ca.surroundings, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            authorities: [ca.issuing],
            rawRequests: vault)
        try await services.catalog.reload()
        let plain = ca.issuanceRequest(
            try await TestCA.request(try .generate(.p256), commonName: "a.lab.test"), credentials: [ChallengeCredential(secret: secret)])
        let request = IssuanceRequest(
            id: plain.id, arrival: plain.arrival.keeping(raw), intent: .enroll, credentials: plain.credentials, proposal: plain.proposal)
        _ = try? await services.pipeline.process(request)
        return request.id
    }

    @Test func aRefusedRequestIsKeptSealedAndOpensUnderThePassphraseAlone() async throws {
        let ca = try await TestCA.found()
        let good = try await ca.challenge(covers: ["*.lab.test"])
        let vault = try await vault(.refused, "correct horse battery", ca)
        let raw = Array("the canary of this request".utf8)
        let refused = try await send(ca, vault, secret: "wrong", raw: raw)
        let released = try await send(ca, vault, secret: good, raw: raw)
        #expect(try await vault.open(refused) == raw)
        #expect(try await vault.open(released) == nil)
        // The same passphrase later, and another.
        #expect(try await self.vault(.none, "correct horse battery", ca).open(refused) == raw)
        let other = try await self.vault(.none, "another horse battery", ca)
        await #expect(throws: (any Error).self) { try await other.open(refused) }
        for name in try FileManager.default.contentsOfDirectory(atPath: ca.directory.path) {
            #expect(Data(try ca.directory.read(name)).range(of: Data(raw)) == nil, "\(name)")
        }
    }

    @Test func aSealedRequestFitsItsOwnTransactionOnlyAndItsSizeIsBounded() async throws {
        let ca = try await TestCA.found()
        let good = try await ca.challenge(covers: ["*.lab.test"])
        let vault = try await vault(.all, "correct horse battery", ca)
        let first = try await send(ca, vault, secret: good, raw: [UInt8](repeating: 7, count: 1 << 20))
        #expect(try await vault.open(first)?.count == 64 * 1024)
        try await ca.services.database.write(
            Statement("UPDATE raw_requests SET id = ? WHERE id = ?", [.blob([UInt8](repeating: 0, count: 16)), .blob(first.bytes)]))
        let moved = try #require(RequestID(bytes: [UInt8](repeating: 0, count: 16)))
        await #expect(throws: (any Error).self) { try await vault.open(moved) }
        ca.clock.advance(by: 8 * 86_400)
        #expect(try await ca.services.pruner.prune(.init(rawRequests: ca.surroundings.now)).rawRequests == 1)
    }
}
