import Foundation
import Histogram

/// What one run found; printed as JSON.
struct LoadReport: Codable {
    /// Microseconds.
    struct Latency: Codable {
        let p50, p90, p99, p999, max, mean: Double
    }

    let requested: Int
    let succeeded: Int
    /// Kind of failure to how often.
    let failures: [String: Int]
    /// Connections that did not get through their warm-up, before anything was measured.
    let warmUpFailures: [String: Int]
    let connections: Int
    /// Units a second that were asked for; 0 is a closed loop.
    let offeredRate: Double
    let seconds: Double
    let unitsPerSecond: Double
    let latency: Latency
    /// Requests sent and connections opened while measuring: more than the units where a unit has several.
    let messages: Int
    let connectionsOpened: Int
    /// Answers 503 that were waited out.
    let postponed: Int
    let bytesSent: Int
    let bytesReceived: Int
    /// Processor seconds of this program while measuring, and whether it kept a core busy, so that only the server's own processor
    /// time says something of the server.
    let clientCPU: Double
    let isClientBound: Bool
    /// Whether the time ran out before the units did.
    let ranOutOfTime: Bool
    let server: ProcessFigures?
    /// Microseconds of the server's processor time for a unit that succeeded.
    let serverCPUPerUnit: Double?

    init(_ run: Measurement, options: LoadOptions) {
        let histogram = run.histogram
        func at(_ percentile: Double) -> Double { Double(histogram.valueAtPercentile(percentile)) / 1000 }
        requested = options.requests
        succeeded = run.succeeded
        failures = run.failures
        warmUpFailures = run.warmUpFailures
        connections = options.connections
        offeredRate = options.rate
        seconds = run.seconds
        unitsPerSecond = run.seconds > 0 ? Double(run.succeeded) / run.seconds : 0
        latency = Latency(
            p50: at(50), p90: at(90), p99: at(99), p999: at(99.9), max: Double(histogram.max) / 1000, mean: histogram.mean / 1000)
        messages = run.messages
        connectionsOpened = run.connectionsOpened
        postponed = run.postponed
        bytesSent = run.bytesSent
        bytesReceived = run.bytesReceived
        clientCPU = Double(run.client.cpu) / 1e9
        isClientBound = run.seconds > 0 && clientCPU / run.seconds > 0.9
        ranOutOfTime = run.ranOutOfTime
        server = run.server
        serverCPUPerUnit = run.succeeded > 0 ? run.server.map { Double($0.cpu) / 1000 / Double(run.succeeded) } : nil
    }

    func print() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        Swift.print(String(decoding: try encoder.encode(self), as: UTF8.self))
    }
}
