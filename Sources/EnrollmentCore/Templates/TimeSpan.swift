/// A length of time as files have it: `90d`, `12h`, `5m`, `30s`, or a number of seconds.
struct TimeSpan: Sendable, Codable {
    private static let units: [(letter: String, seconds: Int)] = [("d", 86_400), ("h", 3600), ("m", 60), ("s", 1)]

    let seconds: Int

    init(seconds: Int) { self.seconds = seconds }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let seconds = try? container.decode(Int.self) {
            self.seconds = seconds
            return
        }
        let text = try container.decode(String.self)
        guard let unit = Self.units.first(where: { text.hasSuffix($0.letter) }), let count = Int(text.dropLast()), count >= 0 else {
            throw decoder.corrupted("'\(text)' is no length of time: write 90d, 12h, 5m or 30s")
        }
        let (product, overflows) = count.multipliedReportingOverflow(by: unit.seconds)
        guard !overflows else { throw decoder.corrupted("'\(text)' is too long") }
        seconds = product
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        let unit = Self.units.first { seconds != 0 && seconds.isMultiple(of: $0.seconds) } ?? ("s", 1)
        try container.encode("\(seconds / unit.seconds)\(unit.letter)")
    }
}
