import Foundation

/// Measures the raw operations that enrollments are made of, on one thread, and prints them as JSON: microseconds of processor time each,
/// and for the durable write also of the clock.
///
/// `muster-floor [SECONDS]` prints the best of five series of every operation, as one object.
/// `muster-floor --sample SECONDS` prints one line for each line that it reads: what the operations named there cost at that moment.
@main
enum FloorProgram {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        let encoder = JSONEncoder()
        if arguments.first == "--sample" {
            let seconds = bounded(arguments.dropFirst().first)
            let operations = try RawOperation.all()
            encoder.outputFormatting = [.sortedKeys]
            while let names = readLine()?.split(separator: " ") {
                let named = operations.filter { names.contains($0.name[...]) }
                let line = try encoder.text(of: named, seconds: seconds, series: 1) + "\n"
                try FileHandle.standardOutput.write(contentsOf: Data(line.utf8))
            }
        } else {
            encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
            print(try encoder.text(of: RawOperation.all(), seconds: bounded(arguments.first), series: 5))
        }
    }

    /// How long to measure one operation, in seconds.
    private static func bounded(_ text: String?) -> Double { min(max(text.flatMap(Double.init) ?? 0.4, 0.01), 10) }
}

extension JSONEncoder {
    fileprivate func text(of operations: [RawOperation], seconds: Double, series: Int) throws -> String {
        let costs = try operations.map { ($0.name, try $0.cost(seconds, series)) }
        return String(decoding: try encode(Dictionary(uniqueKeysWithValues: costs)), as: UTF8.self)
    }
}
