import EnrollmentCore
import Foundation
import PKIFormats
import Persistence
import SigningKeys
import TestSupport
import Testing

@Suite struct AuditChainTests {
    /// A CA with some history, and its log as exported.
    private func log(_ enrollments: Int = 4, in ca: TestCA, _ key: SoftwareKey) async throws -> [String] {
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        for number in 0..<enrollments {
            let issuance = try await ca.released(
                try await TestCA.request(try .generate(.p256), commonName: "d\(number).lab.test"), [ChallengeCredential(secret: secret)])
            if number == 1 { try await ca.revoke(issuance.certificate) }
            if number == 2 { try await ca.services.audit.checkpoint(with: key) }
        }
        await ca.expect(
            .badCredential, try await TestCA.request(try .generate(.p256), commonName: "x.lab.test"), [ChallengeCredential(secret: "wrong")]
        )
        return try await export(ca, key)
    }

    private func export(_ ca: TestCA, _ key: SoftwareKey) async throws -> [String] {
        let end = try await ca.services.audit.checkpoint(with: key)
        var lines: [String] = []
        var last: Int64 = 0
        while last < end {
            let part = try #require(try await ca.services.audit.lines(after: last, through: end))
            lines += part.text.split(separator: "\n").map(String.init)
            last = part.last
        }
        return lines
    }

    @Test func everyIssuanceRefusalAndRevocationStandsInAnIntactChain() async throws {
        let (ca, key) = (try await TestCA.found(), try SoftwareKey.generate(.p256))
        let lines = try await log(in: ca, key)
        let report = AuditVerifier.verify(lines, key: key.publicKey)
        #expect(report.findings == [])
        #expect(report.entries == lines.count)
        #expect(report.signedThrough == Int64(lines.count - 1))
        #expect(report.checkpoints == 2)
        // Root and issuing CA too.
        for (event, count) in [("recorded", 6), ("issued", 6), ("revoked", 1), ("refused", 1)] {
            #expect(lines.count { $0.contains("\"event\":\"\(event)\"") } == count, "\(event)")
        }
        #expect(lines.contains { $0.contains("\"code\":\"badCredential\"") && $0.contains("127.0.0.1") })
    }

    @Test func theLineThatWasChangedIsNamed() async throws {
        let (ca, key) = (try await TestCA.found(), try SoftwareKey.generate(.p256))
        let lines = try await log(in: ca, key)
        for position in lines.indices.dropLast() {
            var forged = lines
            // One character of the text, in the year.
            forged[position] = lines[position].replacingOccurrences(of: "\"at\":\"2", with: "\"at\":\"3")
            let report = AuditVerifier.verify(forged, key: key.publicKey)
            #expect(report.findings.first?.line == position + 1, "line \(position + 1)")
        }
    }

    @Test func theLineThatWasRemovedMovedOrRepeatedIsNamed() async throws {
        let (ca, key) = (try await TestCA.found(), try SoftwareKey.generate(.p256))
        let lines = try await log(in: ca, key)
        for position in 1..<(lines.count - 1) {
            var removed = lines
            removed.remove(at: position)
            #expect(AuditVerifier.verify(removed, key: key.publicKey).findings.first?.line == position + 1)
            var moved = lines
            moved.swapAt(position - 1, position)
            #expect(AuditVerifier.verify(moved, key: key.publicKey).findings.first?.line == position)
            var repeated = lines
            repeated.insert(lines[position], at: position)
            #expect(AuditVerifier.verify(repeated, key: key.publicKey).findings.first?.line == position + 2)
        }
    }

    @Test func aCutIsSeenAtEitherEnd() async throws {
        let (ca, key) = (try await TestCA.found(), try SoftwareKey.generate(.p256))
        let lines = try await log(in: ca, key)
        #expect(AuditVerifier.verify(lines.dropLast(), key: key.publicKey).findings.map(\.line) == [lines.count - 1])
        #expect(AuditVerifier.verify(lines.dropFirst(2), key: key.publicKey).findings.map(\.line) == [1])
        #expect(!AuditVerifier.verify([String](), key: key.publicKey).isIntact)
    }

    @Test func whoRewritesTheWholeChainFailsAtTheSignature() async throws {
        let (ca, key) = (try await TestCA.found(), try SoftwareKey.generate(.p256))
        let honest = try await log(in: ca, key)
        // Another server's log is as consistent in itself as a forger could make one.
        let forger = try SoftwareKey.generate(.p256)
        let forged = try await log(in: try await TestCA.found(), forger)
        let report = AuditVerifier.verify(forged, key: key.publicKey)
        #expect(report.signedThrough == nil)
        #expect(report.findings.contains { $0.text.contains("signature") })
        // A checkpoint of the honest log does not fit another chain.
        let checkpoint = try #require(honest.last)
        #expect(!AuditVerifier.verify(forged.dropLast() + [checkpoint], key: key.publicKey).isIntact)
    }

    @Test func aRestartGoesOnWithTheChain() async throws {
        let (ca, key) = (try await TestCA.found(), try SoftwareKey.generate(.p256))
        let before = try await log(in: ca, key)
        let database = try #require(ca.services.database as? SQLiteDatabase)
        database.keep(try await AuditChain.open(AuditLog.defaultChain, in: database))
        try await ca.services.audit.add(.operation, ["operation": "after the restart"])
        let after = try await export(ca, key)
        #expect(Array(after.prefix(before.count)) == before)
        #expect(AuditVerifier.verify(after, key: key.publicKey).findings == [])
    }

    @Test func whatStrangersSendCannotBreakALine() async throws {
        let (ca, key) = (try await TestCA.found(), try SoftwareKey.generate(.p256))
        let nasty = "a\n\"}\u{202E}\u{0} \\ \u{1F600}"
        try await ca.services.audit.add(.operation, ["operation": nasty])
        let lines = try await export(ca, key)
        #expect(AuditVerifier.verify(lines, key: key.publicKey).findings == [])
        let json = try #require(lines.dropLast().last?.dropFirst(65))
        let members = try JSONDecoder().decode([String: JSONValue].self, from: Data(json.utf8))
        #expect(members["operation"]?.text == nasty)
    }

    private struct JSONValue: Decodable {
        let text: String?
        init(from decoder: any Decoder) throws { text = try? decoder.singleValueContainer().decode(String.self) }
    }

    @Test func aFloodOfGarbageLeavesABoundedTrailThatCountsWhatItLeftOutAndHidesNobodyWhoIsKnown() async throws {
        let (ca, key) = (try await TestCA.found(), try SoftwareKey.generate(.p256))
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        func flood(_ count: Int) async {
            let arrival = Arrival(
                endpoint: DefaultEndpoints.scep, binding: "default", operation: "PKIOperation", peer: "192.0.2.7", instant: ca.clock.now)
            for _ in 0..<count {
                await ca.services.pipeline.refuse(Refusal(.malformed, at: .decode, detail: "no message"), arrival: arrival)
            }
        }
        func listed() async throws -> Int {
            try await ca.services.search.transactions(.init(outcome: "refused", peer: "192.0.2.7", limit: 1000)).count
        }
        await flood(250)
        #expect(try await listed() == 200)
        await ca.expect(
            .unacceptableName, try await TestCA.request(try .generate(.p256), commonName: "a.other.test"),
            [ChallengeCredential(secret: secret)])
        ca.clock.advance(by: 1)
        await flood(30)
        #expect(try await listed() == 220)
        let lines = try await export(ca, key)
        #expect(AuditVerifier.verify(lines, key: key.publicKey).findings.isEmpty)
        #expect(lines.filter { $0.contains("\"unlisted\":\"50\"") }.count == 1)
    }
}
