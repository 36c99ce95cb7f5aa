import Foundation

/// The story of one transaction, stage by stage; a value that grows as the request passes and is written as one row: kept as what is written.
package struct Trail: Sendable, Equatable {
    /// One line: the stage, and what it found or did.
    package struct Entry: Sendable, Codable, Equatable {
        package let stage: Refusal.Stage
        package let text: String
        /// Microseconds since the transaction began; nil in rows of older versions.
        package let at: Int64?
    }

    /// The lines as JSON objects, commas between.
    private var lines = ByteText(capacity: 1000)
    private let start = ContinuousClock.now
    /// What was spent before this value was made: an interrupted transaction goes on counting.
    private var spent: Int64 = 0

    /// Who was recognised, once somebody was.
    package var principal: String?

    package init() {}

    /// Adds a line. Text is for operators: no secrets, at most 1,000 characters; what does not print is escaped.
    package mutating func note(_ stage: Refusal.Stage, _ text: ByteText) {
        let elapsed = (ContinuousClock.now - start).components
        let at = spent + elapsed.seconds * 1_000_000 + elapsed.attoseconds / 1_000_000_000_000
        append(stage, text.fitForTrail, at: at)
    }

    private mutating func append(_ stage: Refusal.Stage, _ text: ByteText, at: Int64?) {
        lines.append(literal: lines.octets.isEmpty ? "{\"stage\":\"" : ",{\"stage\":\"")
        lines.append(stage.rawValue)
        lines.append(literal: "\",\"text\":")
        lines.append(quoted: text)
        if let at {
            lines.append(literal: ",\"at\":")
            lines.append(String(at))
        }
        lines.append(literal: "}")
    }

    package static func == (left: Trail, right: Trail) -> Bool { left.lines == right.lines }

    var json: String { "[" + lines.string + "]" }

    package var entries: [Entry] { Self.entries(of: json) }

    private static func entries(of json: String) -> [Entry] { (try? JSONDecoder().decode([Entry].self, from: Data(json.utf8))) ?? [] }

    init(json: String) {
        let entries = Self.entries(of: json)
        for entry in entries { append(entry.stage, ByteText(entry.text), at: entry.at) }
        spent = entries.last?.at ?? 0
    }
}

extension ByteText {
    fileprivate var fitForTrail: ByteText {
        if octets.count <= 1000, octets.withUnsafeBytes({ $0.isPrintableASCII() }) { return self }
        return ByteText(string.cut(to: 1000).printable)
    }
}
