import BenchmarkClocks
import Foundation

/// Measures issuance through the whole pipeline without HTTP: P-256 CA, SQLite with durable writes in the directory where the program was
/// started, 64 tasks at once. Prints one JSON object: processor time of an issuance beside that of the two raw operations it cannot do without.
@main
enum IssuanceProgram {
    private static let tasks = 64

    static func main() async throws {
        let count = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 6400
        let bench = try await IssuanceBench(directory: FileManager.default.currentDirectoryPath)
        defer { bench.remove() }
        let requests = try await bench.requests(max(count, tasks))
        try await bench.issue(try await bench.requests(tasks * 4), tasks: tasks)
        // In turns, since the machine may be faster or slower from one second to the next. What the process does besides, belongs to the issuances.
        var raw = RawOperations(of: requests[0])
        let began = Clock.process()
        for slice in slices(of: requests) {
            try raw.measure()
            try await bench.issue(slice, tasks: tasks)
        }
        try raw.measure()
        let issuance = (Clock.process() - began - raw.time) / Double(requests.count)
        let report = IssuanceReport(
            issuances: requests.count, tasks: tasks, cpuPerIssuance: issuance, csrVerifyPlusCertificateSign: raw.cost,
            ratio: issuance / raw.cost)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        print(String(decoding: try encoder.encode(report), as: UTF8.self))
    }

    /// Ten, where there are enough.
    private static func slices<T>(of requests: [T]) -> [[T]] {
        let length = max(tasks, (requests.count + 9) / 10)
        return stride(from: 0, to: requests.count, by: length).map { Array(requests[$0..<min($0 + length, requests.count)]) }
    }
}
