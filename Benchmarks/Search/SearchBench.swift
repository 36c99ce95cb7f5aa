import EnrollmentCore
import Foundation
import Logging
import PKIFormats
import Persistence
import SigningKeys

/// A CA whose ledger holds many certificates: one real row, repeated under other names, serial numbers and ends.
final class SearchBench: Sendable {
    private let path: String
    private let database: SQLiteDatabase
    private let services: EnrollmentServices
    private let now = Date()

    init(directory: String) async throws {
        path = "\(directory)/.search-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        database = try SQLiteDatabase(path: "\(path)/muster.db")
        try await database.migrate(CoreSchema.migrations)
        let surroundings = Surroundings()
        let logger = Logger(label: "bench") { _ in SwiftLogNoOpLogHandler() }
        let (_, issuing) = try await Founding(database: database, surroundings: surroundings, logger: logger).found(
            Founding.Plan(name: "Bench", baseURL: "http://127.0.0.1:8080"), root: .init(try SoftwareKey.generate(.p256), name: "root"),
            issuing: .init(try SoftwareKey.generate(.p256), name: "issuing"))
        services = EnrollmentServices(database: database, surroundings: surroundings, logger: logger, authorities: [issuing])
        try await services.catalog.reload()
    }

    func remove() {
        database.close()
        try? FileManager.default.removeItem(atPath: path)
    }

    private static func name(_ number: Int) -> String {
        "device-\(number).site-\(number % 40).corp.example.test"
    }

    private static func serial(_ number: Int) -> [UInt8] {
        let digest = HashAlgorithm.sha256.digest(Array("\(number)".utf8))
        return [0x40] + digest.prefix(15)
    }

    /// Ends within a year, one in forty in the past.
    private func end(_ number: Int) -> Date { now.addingTimeInterval(Double(number % 8_200 - 200) * 3850) }

    func fill(_ count: Int) async throws {
        let columns =
            "state, exchange, principal, authority, template, template_version, key_identifier, not_before, to_be_signed, certificate, recorded_at, lease_until, released_at"
        for first in stride(from: 0, to: count, by: 1000) {
            var unit = WriteUnit()
            for number in first..<min(first + 1000, count) {
                unit.append(
                    Statement(
                        """
                        INSERT INTO issuances (id, endpoint, issuer_key, serial, subject, names, not_after, \(columns))
                        SELECT ?, 'scep-default', issuer_key, ?, ?, ?, ?, \(columns) FROM issuances WHERE rowid = 2
                        """,
                        [
                            .blob(RequestID(in: services.surroundings).bytes), .blob(Self.serial(number)), .text("CN=" + Self.name(number)),
                            .text("dns:" + Self.name(number)), .date(end(number)),
                        ], expectedRows: 1))
            }
            try await database.write(unit)
        }
    }

    /// Seconds that the index took.
    func index() async throws -> Double {
        let began = ContinuousClock.now
        try await services.names.catchUp()
        let spent = (ContinuousClock.now - began).components
        return Double(spent.seconds) + Double(spent.attoseconds) / 1e18
    }

    /// What operators ask, each giving the number of rows that were found.
    var questions: [(String, @Sendable () async throws -> Int)] {
        func certificates(_ filter: LedgerSearch.Filter) -> @Sendable () async throws -> Int {
            { try await self.services.search.issuances(filter).count }
        }
        var soon = LedgerSearch.Filter(outcome: "unrevoked", ends: now..<now.addingTimeInterval(7 * 86_400))
        soon.order = .endingFirst
        var ended = LedgerSearch.Filter(outcome: "unrevoked", ends: Date.distantPast..<now)
        ended.order = .endingLast
        var sharedAndSoon = soon
        sharedAndSoon.text = "example.test"
        return [
            ("name, whole", certificates(.init(text: Self.name(123_456)))), ("name, its number", certificates(.init(text: "23456"))),
            ("name, its domain", certificates(.init(text: "site-7.corp"))),
            ("name, letters alone", certificates(.init(text: "example.test"))),
            ("name, none has it", certificates(.init(text: "laptop-zq"))),
            ("name and state", certificates(.init(text: "device-777", outcome: "unrevoked"))),
            ("serial", { try await self.services.search.issuance(serialNumber: Self.serial(54_321)) == nil ? 0 : 1 }),
            ("ends within a week", certificates(soon)), ("has ended", certificates(ended)),
            ("newest", certificates(.init())),
            // What the name index alone would be slow at: all share the part, few meet the condition.
            ("name that all share, revoked", certificates(.init(text: "example.test", outcome: "revoked"))),
            ("name that all share, ends within a week", certificates(sharedAndSoon)),
            ("name that all share, another endpoint", certificates(.init(endpoint: "est-default", text: "example.test"))),
        ]
    }
}
