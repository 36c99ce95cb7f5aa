import Foundation
import PKIFormats
import Persistence

/// Tells of what ends soon, once a threshold: the look, its marks and the messages to send are one transaction, made by one process at a time.
package struct ExpiryAlerts: Sendable {
    /// Something has come closer to its end than a threshold.
    package struct Alert: Sendable, Codable, Hashable {
        package let kind: Expiring.Kind
        package let name: String
        package let identifier: String
        package let ends: Date
        /// Whole days left, rounded down; below 0 when it has ended.
        package let daysLeft: Int
        /// In seconds.
        package let threshold: Int

        init(_ thing: Expiring, threshold: TimeInterval, at now: Date) {
            kind = thing.kind
            name = thing.name
            identifier = thing.identifier
            ends = thing.ends
            daysLeft = Int((thing.ends.timeIntervalSince(now) / 86_400).rounded(.down))
            self.threshold = Int(threshold)
        }
    }

    /// A message that waits to be delivered.
    package struct Message: Sendable {
        package let id: RequestID
        /// JSON.
        package let body: String
        let attempts: Int64
    }

    private static let lease: TimeInterval = 120
    private static let certificates = "certificates"
    /// Certificates a look; what is more comes in the next one.
    private static let limit = 1000
    private static let alertsPerMessage = 200
    private static let attempts: Int64 = 12
    private static let memory: TimeInterval = 30 * 86_400

    private let database: any Database
    private let search: ExpirySearch
    private let leases: JobLeases
    private let surroundings: Surroundings

    init(database: any Database, search: ExpirySearch, surroundings: Surroundings) {
        self.database = database
        self.search = search
        self.surroundings = surroundings
        leases = JobLeases(database: database, surroundings: surroundings)
    }

    /// Looks for what has come closer since the last look, in whatever process that was.
    /// - Parameters:
    ///   - days: before the end of a certificate.
    ///   - queues: whether messages are to be sent.
    package func look(days: [Int], queues: Bool) async throws -> [Alert] {
        guard let lease = try await leases.take("expiry alerts", for: Self.lease) else { return [] }
        do {
            var unit = WriteUnit()
            let alerts = try await own(days, &unit) + clients(days, &unit)
            if queues {
                for start in stride(from: 0, to: alerts.count, by: Self.alertsPerMessage) {
                    unit.append(try message(Array(alerts[start..<min(start + Self.alertsPerMessage, alerts.count)])))
                }
            }
            let past = surroundings.now.addingTimeInterval(-Self.memory)
            unit.append(Statement("DELETE FROM alert_marks WHERE subject <> ? AND mark < ?", [.text(Self.certificates), .date(past)]))
            unit.append(Statement("DELETE FROM alert_messages WHERE next_attempt < ?", [.date(past)]))
            unit.append(lease.end)
            try await database.write(unit)
            return alerts
        } catch {
            await leases.giveBack(lease)
            throw error
        }
    }

    private func own(_ days: [Int], _ unit: inout WriteUnit) async throws -> [Alert] {
        let now = surroundings.now
        var alerts: [Alert] = []
        for thing in try await search.own() {
            let passed = thing.thresholds(days: days).filter { thing.ends.timeIntervalSince(now) <= $0 }
            guard let nearest = passed.last else { continue }
            let subject = "\(thing.kind.rawValue) \(thing.identifier) \(Int(thing.ends.timeIntervalSince1970))"
            guard try await mark(subject, nearest) == nil else { continue }
            alerts.append(Alert(thing, threshold: nearest, at: now))
            // The longer ones are told of with it.
            for threshold in passed { unit.append(setMark(subject, threshold, to: thing.ends)) }
        }
        return alerts
    }

    /// The mark of a threshold is the end up to which everything was told of: a certificate lives three times as long, so none can
    /// appear below it.
    private func clients(_ days: [Int], _ unit: inout WriteUnit) async throws -> [Alert] {
        let now = surroundings.now
        var alerts: [Alert] = []
        var shorter = now
        for span in Set(days).sorted().map({ Double($0) * 86_400 }) {
            let start = try await mark(Self.certificates, span) ?? shorter
            let end = now.addingTimeInterval(span)
            shorter = end
            guard start < end else { continue }
            var found = try await search.certificates(start...end, limit: Self.limit)
            var told = end
            if found.count == Self.limit, let last = found.last?.ends, let first = found.first?.ends, first < last {
                // More may end in the same second.
                told = last.addingTimeInterval(-1)
                found.removeAll { $0.ends == last }
            }
            alerts += found.filter { $0.thresholds(days: days).contains(span) }.map { Alert($0, threshold: span, at: now) }
            unit.append(setMark(Self.certificates, span, to: told))
        }
        return alerts
    }

    private func mark(_ subject: String, _ threshold: TimeInterval) async throws -> Date? {
        try await database.read(
            "SELECT mark FROM alert_marks WHERE subject = ? AND threshold = ?", [.text(subject), .integer(Int64(threshold))]
        ).first?.date("mark")
    }

    private func setMark(_ subject: String, _ threshold: TimeInterval, to instant: Date) -> Statement {
        Statement(
            "INSERT INTO alert_marks (subject, threshold, mark) VALUES (?, ?, ?) ON CONFLICT (subject, threshold) DO UPDATE SET mark = excluded.mark",
            [.text(subject), .integer(Int64(threshold)), .date(instant)])
    }

    // MARK: Messages

    private struct Body: Encodable {
        let event = "expiry"
        let alerts: [Alert]

        private enum CodingKeys: CodingKey {
            case event, alerts
        }
    }

    private func message(_ alerts: [Alert]) throws -> Statement {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        let body = String(decoding: try encoder.encode(Body(alerts: alerts)), as: UTF8.self)
        return Statement(
            "INSERT INTO alert_messages (id, body, attempts, next_attempt) VALUES (?, ?, 0, ?)",
            [.blob(RequestID(in: surroundings).bytes), .text(body), .date(surroundings.now)])
    }

    /// Messages whose turn it is; whoever gets them has two minutes, then another process may try.
    package func waiting() async throws -> [Message] {
        let now = surroundings.now
        var taken: [Message] = []
        for row in try await database.read(
            "SELECT id, body, attempts FROM alert_messages WHERE attempts < ? AND next_attempt <= ? ORDER BY id LIMIT 10",
            [.integer(Self.attempts), .date(now)])
        {
            guard let id = RequestID(bytes: try row.blob("id")) else { continue }
            let attempts = try row.integer("attempts")
            do {
                // Later each time, up to a day and a half.
                let pause = 60 * Double(Int64(1) << min(attempts + 1, 11))
                try await database.write(
                    Statement(
                        "UPDATE alert_messages SET attempts = attempts + 1, next_attempt = ? WHERE id = ? AND attempts = ?",
                        [.date(now.addingTimeInterval(pause)), .blob(id.bytes), .integer(attempts)], expectedRows: 1, label: "turn"))
            } catch {
                guard case .unmet = error else { throw error }
                continue
            }
            taken.append(Message(id: id, body: try row.text("body"), attempts: attempts + 1))
        }
        return taken
    }

    /// Forgets a message that has arrived.
    package func delivered(_ message: Message) async throws {
        try await database.write(Statement("DELETE FROM alert_messages WHERE id = ?", [.blob(message.id.bytes)]))
    }
}
