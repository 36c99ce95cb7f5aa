import Foundation

extension Date {
    /// `2026-11-22`, UTC.
    var day: String { formatted(.iso8601.year().month().day()) }

    /// `2026-11-22T13:07:11Z`
    var second: String { formatted(.iso8601) }
}
