import Foundation

/// The story of one transaction, stage by stage; a value that grows as the request passes and is written as one row.
package struct Trail: Sendable, Equatable {
    /// One line: the stage, and what it found or did.
    package struct Entry: Sendable, Codable, Equatable {
        package let stage: Refusal.Stage
        package let text: String
        /// Microseconds since the transaction began; nil in rows of older versions.
        package let at: Int64?
    }

    package private(set) var entries: [Entry] = []
    private let start = ContinuousClock.now
    /// What was spent before this value was made: an interrupted transaction goes on counting.
    private var spent: Int64 = 0

    /// Who was recognised, once somebody was.
    package var principal: String?

    package init() {}

    /// Adds a line. Text is for operators: no secrets, at most 1,000 characters; what does not print is escaped.
    package mutating func note(_ stage: Refusal.Stage, _ text: String) {
        let elapsed = (ContinuousClock.now - start).components
        let at = spent + elapsed.seconds * 1_000_000 + elapsed.attoseconds / 1_000_000_000_000
        entries.append(Entry(stage: stage, text: text.cut(to: 1000).printable, at: at))
    }

    package static func == (left: Trail, right: Trail) -> Bool { left.entries == right.entries }

    var json: String {
        guard !entries.isEmpty else { return "[]" }
        var json = ByteText(capacity: entries.reduce(2) { $0 + $1.text.utf8.count + 64 })
        var opening: StaticString = "[{\"stage\":\""
        for entry in entries {
            json.append(literal: opening)
            json.append(entry.stage.rawValue)
            json.append(literal: "\",\"text\":")
            json.append(quoted: entry.text)
            if let at = entry.at {
                json.append(literal: ",\"at\":")
                json.append(String(at))
            }
            opening = "},{\"stage\":\""
        }
        json.append(literal: "}]")
        return json.string
    }

    init(json: String) {
        entries = (try? JSONDecoder().decode([Entry].self, from: Data(json.utf8))) ?? []
        spent = entries.last?.at ?? 0
    }
}
