import Histogram

/// The raw findings of a run.
struct Measurement: Sendable {
    /// Nanoseconds, up to ten minutes, three digits.
    var histogram = Histogram<UInt64>(highestTrackableValue: 600_000_000_000, numberOfSignificantValueDigits: .three)
    var succeeded = 0
    var failures: [String: Int] = [:]
    var warmUpFailures: [String: Int] = [:]
    var seconds = 0.0
    var messages = 0
    var postponed = 0
    var connectionsOpened = 0
    var bytesSent = 0
    var bytesReceived = 0
    var client = ProcessFigures(of: [])
    var server: ProcessFigures?
    var ranOutOfTime = false
}
