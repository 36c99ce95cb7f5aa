import Foundation

/// When a rule counts, in UTC: days of the week, hours of the day, and from when until when at all. What is not given is not limited.
package struct TimeWindow: Sendable, Hashable, Codable {
    package enum Day: String, Sendable, CaseIterable, Codable {
        case mon, tue, wed, thu, fri, sat, sun
    }

    private let days: [Day]?
    /// `HH:MM`; `to` is not part of the window, and may be earlier than `from`: then the window goes over midnight.
    private let from: String?
    private let to: String?
    /// ISO 8601, for example `2027-01-31T12:00:00Z`.
    private let since: String?
    private let until: String?

    private enum CodingKeys: String, CodingKey, CaseIterable {
        case days, from, to, since, until
    }

    package init(from decoder: any Decoder) throws {
        try decoder.refuseUnknownKeys(CodingKeys.self)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        days = try container.decodeIfPresent([Day].self, forKey: .days)
        from = try container.decodeIfPresent(String.self, forKey: .from)
        to = try container.decodeIfPresent(String.self, forKey: .to)
        since = try container.decodeIfPresent(String.self, forKey: .since)
        until = try container.decodeIfPresent(String.self, forKey: .until)
        for text in [from, to].compactMap(\.self) where Self.minutes(text) == nil {
            throw decoder.corrupted("'\(text)' is no time of day: write 08:00 to 23:59, in UTC")
        }
        for text in [since, until].compactMap(\.self) where Self.instant(text) == nil {
            throw decoder.corrupted("'\(text)' is no instant: write 2027-01-31T12:00:00Z")
        }
        guard (from == nil) == (to == nil) else { throw decoder.corrupted("from and to go together") }
        guard days?.isEmpty != true else { throw decoder.corrupted("days is empty: name one, or leave it out") }
    }

    package func contains(_ instant: Date) -> Bool {
        let seconds = Int(instant.timeIntervalSince1970.rounded(.down))
        let dayNumber = Int((Double(seconds) / 86_400).rounded(.down))
        // 1 January 1970 was a Thursday, the fourth of our days.
        let day = Day.allCases[((dayNumber + 3) % 7 + 7) % 7]
        if let days, !days.contains(day) { return false }
        if let from = from.flatMap(Self.minutes), let to = to.flatMap(Self.minutes) {
            let minute = (seconds - dayNumber * 86_400) / 60
            guard from <= to ? (from..<to).contains(minute) : !(to..<from).contains(minute) else { return false }
        }
        if let since = since.flatMap(Self.instant), instant < since { return false }
        if let until = until.flatMap(Self.instant), instant >= until { return false }
        return true
    }

    private static func minutes(_ text: String) -> Int? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard text.utf8.count == 5, parts.count == 2, let hour = Int(parts[0]), let minute = Int(parts[1]), (0..<24).contains(hour),
            (0..<60).contains(minute)
        else { return nil }
        return hour * 60 + minute
    }

    private static func instant(_ text: String) -> Date? { try? Date(text, strategy: .iso8601) }
}
