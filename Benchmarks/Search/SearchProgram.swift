import EnrollmentCore
import Foundation

/// Fills a database with certificates (a million unless told) and measures how long an operator waits for an answer. Prints one JSON object:
/// milliseconds of the clock a question, the slowest of three, and what the index cost.
@main
enum SearchProgram {
    static func main() async throws {
        let count = CommandLine.arguments.dropFirst().first.flatMap(Int.init) ?? 1_000_000
        let bench = try await SearchBench(directory: FileManager.default.currentDirectoryPath)
        defer { bench.remove() }
        try await bench.fill(count)
        let indexing = try await bench.index()
        var answers: [String: SearchReport.Answer] = [:]
        for (name, question) in bench.questions {
            var slowest = 0.0
            var rows = 0
            for _ in 0..<3 {
                let began = ContinuousClock.now
                rows = try await question()
                let waited = (ContinuousClock.now - began).components
                slowest = max(slowest, Double(waited.seconds) * 1e3 + Double(waited.attoseconds) / 1e15)
            }
            answers[name] = SearchReport.Answer(milliseconds: slowest, rows: rows)
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        let report = SearchReport(certificates: count, indexingMicrosecondsEach: indexing * 1e6 / Double(count), answers: answers)
        print(String(decoding: try encoder.encode(report), as: UTF8.self))
    }
}
