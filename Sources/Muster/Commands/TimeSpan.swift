import ArgumentParser

/// A length of time as typed: `45s`, `30m`, `1h`, `7d`.
struct TimeSpan: ExpressibleByArgument, Sendable {
    private static let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
    private static let longest = 3650 * 86_400

    let seconds: Int

    init(seconds: Int) { self.seconds = seconds }

    init?(argument: String) {
        guard let last = argument.last, let unit = Self.units[last], let count = Int(argument.dropLast()),
            (1...Self.longest / unit).contains(count)
        else { return nil }
        seconds = count * unit
    }

    var defaultValueDescription: String { seconds % 3600 == 0 ? "\(seconds / 3600)h" : "\(seconds)s" }
}
