import EnrollmentCore
import Foundation
import PKIFormats
import Persistence
import SigningKeys
import TestSupport
import Testing

@Suite struct SearchTests {
    @Test func certificatesAreFoundByAnyPartOfTheirNames() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test", "*.corp.test"])
        for name in ["alpha-17.lab.test", "beta-17.lab.test", "alpha-18.corp.test"] {
            _ = try await ca.released(
                try await TestCA.request(try .generate(.p256), commonName: name), [ChallengeCredential(secret: secret)])
        }
        func found(_ text: String) async throws -> [String] {
            try await ca.services.search.issuances(.init(text: text, limit: 10)).map(\.subject).sorted()
        }
        #expect(try await found("alpha") == ["CN=alpha-17.lab.test", "CN=alpha-18.corp.test"])
        #expect(try await found("ALPHA-17.lab.test") == ["CN=alpha-17.lab.test"])
        #expect(try await found("-17.") == ["CN=alpha-17.lab.test", "CN=beta-17.lab.test"])
        #expect(try await found("corp.te") == ["CN=alpha-18.corp.test"])
        #expect(try await found("17") == ["CN=alpha-17.lab.test", "CN=beta-17.lab.test"])
        #expect(try await found("gamma").isEmpty)
        #expect(try await found("%").isEmpty)
        #expect(try await found("\" OR \"").isEmpty)
        #expect(try await found("élan").isEmpty)
    }

    @Test func theNewestAreFoundWhereVeryManyShareAPartOfTheirNames() async throws {
        let ca = try await TestCA.found(inMemory: true)
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        for number in 0..<5 {
            _ = try await ca.released(
                try await TestCA.request(try .generate(.p256), commonName: "n\(number).lab.test"), [ChallengeCredential(secret: secret)])
            ca.clock.advance(by: 1)
        }
        let newest = try await ca.services.search.issuances(.init(text: "lab.test", limit: 2)).map(\.subject)
        #expect(newest == ["CN=n4.lab.test", "CN=n3.lab.test"])
        #expect(try await ca.services.search.issuances(.init(text: "lab.test", outcome: "revoked", limit: 2)).isEmpty)
        #expect(try await ca.services.search.issuances(.init(text: "lab.test", limit: 100)).count == 5)
    }

    @Test func theNameIndexIsMadeAnewWhenTheDatabaseDealsItsRowNumbersAnew() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        func enroll(_ names: String...) async throws {
            for name in names {
                _ = try await ca.released(
                    try await TestCA.request(try .generate(.p256), commonName: name), [ChallengeCredential(secret: secret)])
            }
        }
        func found(_ text: String) async throws -> [String] {
            try await ca.services.search.issuances(.init(text: text, limit: 10)).map(\.subject).sorted()
        }
        try await enroll("first.lab.test", "second.lab.test", "third.lab.test")
        #expect(try await found("third") == ["CN=third.lab.test"])
        // A hole in the numbers, which VACUUM closes; then a new row takes a number that is in the index.
        try await ca.services.database.write(Statement("DELETE FROM issuances WHERE subject = 'CN=first.lab.test'"))
        try await Command.run(
            "python3", ["-c", "import sqlite3, sys; sqlite3.connect(sys.argv[1]).execute('VACUUM')", ca.directory.path("muster.db")]
        ).checked()
        try await enroll("fourth.lab.test")
        for name in ["second", "third", "fourth"] { #expect(try await found(name) == ["CN=\(name).lab.test"]) }
        #expect(try await found("first").isEmpty)
        // The newest row goes, and its number is given again.
        try await ca.services.database.write(Statement("DELETE FROM issuances WHERE subject = 'CN=fourth.lab.test'"))
        try await enroll("fifth.lab.test")
        #expect(try await found("fifth") == ["CN=fifth.lab.test"])
        #expect(try await found("fourth").isEmpty)
    }

    @Test func transactionsAreFoundByNameSerialPrincipalPeerAndTime() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let issuance = try await ca.released(
            try await TestCA.request(try .generate(.p256), commonName: "a.lab.test"), [ChallengeCredential(secret: secret)])
        await ca.expect(
            .unacceptableName, try await TestCA.request(try .generate(.p256), commonName: "b.other.test"),
            [ChallengeCredential(secret: secret)])
        let principal = try #require(try await ca.services.search.transaction(issuance.id)?.principal)
        func count(_ filter: LedgerSearch.Filter) async throws -> Int { try await ca.services.search.transactions(filter).count }
        #expect(try await count(.init(text: "a.lab")) == 1)
        #expect(try await count(.init(serial: issuance.certificate.serialNumber)) == 1)
        // Refused after it was recognised: found by its principal all the same.
        #expect(try await count(.init(principal: principal)) == 2)
        #expect(try await count(.init(principal: principal, peer: "127.0.0.1")) == 2)
        #expect(try await count(.init(principal: principal, peer: "192.0.2.1")) == 0)
        let now = ca.surroundings.now
        #expect(try await count(.init(principal: principal, began: now..<now.addingTimeInterval(1))) == 2)
        #expect(try await count(.init(principal: principal, began: now.addingTimeInterval(1)..<now.addingTimeInterval(2))) == 0)
    }

    @Test func everyRefusalCodeHasAdviceThatSaysWhatToDo() {
        for code in Refusal.Code.allCases {
            #expect(code.advice.count > 8, "\(code)")
            #expect(code.publicText.count > 8, "\(code)")
            #expect(Refusal(code, at: .decode, detail: "").advice == code.advice)
        }
    }

    @Test func theTrailTellsWhatWasAskedAndHowLongEachStageTook() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*.lab.test"])
        let issuance = try await ca.released(
            try await TestCA.request(try .generate(.p256), commonName: "a.lab.test", names: [.dns("a.lab.test")], challenge: secret),
            [ChallengeCredential(secret: secret)])
        let entries = try #require(try await ca.services.search.transaction(issuance.id)).trail.entries
        let decoded = try #require(entries.first?.text)
        for part in ["CN=a.lab.test", "dns:a.lab.test", "P-256", "2.5.29.17", "1.2.840.113549.1.9.7"] {
            #expect(decoded.contains(part), "\(part) in \(decoded)")
        }
        #expect(!decoded.contains(secret))
        let times = entries.compactMap(\.at)
        #expect(times.count == entries.count && times == times.sorted())
    }
}
