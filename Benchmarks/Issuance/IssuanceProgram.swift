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
        let before = try RawOperations.cost(of: requests[0])
        let began = ProcessTime.cpu()
        try await bench.issue(requests, tasks: tasks)
        let issuance = (ProcessTime.cpu() - began) / Double(requests.count)
        let raw = min(before, try RawOperations.cost(of: requests[0]))
        let report = IssuanceReport(
            issuances: requests.count, tasks: tasks, cpuPerIssuance: issuance, csrVerifyPlusCertificateSign: raw, ratio: issuance / raw)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
        print(String(decoding: try encoder.encode(report), as: UTF8.self))
    }
}
