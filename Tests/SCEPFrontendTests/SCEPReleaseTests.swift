import Foundation
import Persistence
import Synchronization
import TestSupport
import Testing

/// The reply is encrypted and signed while its release is on the way to the disk.
@Suite("SCEP replies and the disk")
struct SCEPReleaseTests {
    /// Takes no release while it is full.
    private final class FullDisk: Database {
        private let inner: any Database
        let isFull = Atomic(true)

        init(_ inner: any Database) { self.inner = inner }

        func write(_ unit: WriteUnit, while work: () async -> Void) async throws(PersistenceError) {
            guard isFull.load(ordering: .sequentiallyConsistent) else { return try await inner.write(unit, while: work) }
            await work()
            throw .unavailable("the disk is full")
        }

        func read(_ sql: String, _ parameters: [SQLValue]) async throws(PersistenceError) -> [Row] { try await inner.read(sql, parameters) }
        func write(_ unit: WriteUnit) async throws(PersistenceError) { try await inner.write(unit) }
        func migrate(_ migrations: [Migration]) async throws(PersistenceError) { try await inner.migrate(migrations) }
        func backup(to path: String) async throws(PersistenceError) { try await inner.backup(to: path) }
    }

    @Test("A reply that is ready stays here when its release was not written; a retry gets the one certificate")
    func fullDisk() async throws {
        let clock = TestClock()
        let signatures = Atomic(0)
        var made: FullDisk?
        let server = try await SCEPTestServer(
            clock: clock, beforeReply: { signatures.add(1, ordering: .sequentiallyConsistent) },
            through: {
                let disk = FullDisk($0)
                made = disk
                return disk
            })
        let disk = try #require(made)
        let client = try await SCEPEnrollmentTests.client()
        let message = try await client.message(
            client.csr(challenge: server.challenge(isOneTime: true, covers: "device-1")).der, to: server.ra)

        let refused = try await server.post(message)
        #expect(refused.status == 500 && refused.contentType?.hasPrefix("text/plain") == true)
        #expect(signatures.load(ordering: .sequentiallyConsistent) == 1)
        #expect(try await server.database.read("SELECT state FROM issuances").map { try $0.text("state") } == ["recorded"])

        disk.isFull.store(false, ordering: .sequentiallyConsistent)
        clock.advance(by: 60)
        let certificates = try await server.exchange(message).certificates(for: client)
        let rows = try await server.database.read("SELECT state, certificate FROM issuances")
        #expect(try rows.map { try $0.text("state") } == ["released"])
        #expect(try rows.map { try $0.blob("certificate") } == certificates.map(\.der))
    }

    @Test("While the RA signs, the release is written with what others write")
    func overlap() async throws {
        let moments = Mutex<[String]>([])
        let place = Mutex<SQLiteDatabase?>(nil)
        let server = try await SCEPTestServer(
            beforeReply: {
                guard let database = place.withLock({ $0 }) else { return }
                try? await database.write(WriteUnit())
                let states = (try? await database.read("SELECT state FROM issuances").map { try $0.text("state") }) ?? []
                moments.withLock { $0 += states }
            })
        place.withLock { $0 = server.database }
        let client = try await SCEPEnrollmentTests.client()
        let csr = try await client.csr(challenge: server.challenge(covers: "device-1"))
        #expect(try await server.exchange(client.message(csr.der, to: server.ra)).status == .success)
        #expect(moments.withLock { $0 } == ["released"])
    }
}
