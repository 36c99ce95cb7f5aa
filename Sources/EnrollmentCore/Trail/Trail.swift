import Foundation

/// The story of one transaction, stage by stage; a value that grows as the request passes and is written as one row.
package struct Trail: Sendable, Codable, Equatable {
    /// One line: the stage, and what it found or did.
    package struct Entry: Sendable, Codable, Equatable {
        package let stage: Refusal.Stage
        package let text: String
    }

    package private(set) var entries: [Entry] = []

    package init() {}

    /// Adds a line. Text is for operators: no secrets, at most 1,000 characters; what does not print is escaped.
    package mutating func note(_ stage: Refusal.Stage, _ text: String) {
        entries.append(Entry(stage: stage, text: String(text.prefix(1000)).printable))
    }

    var json: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return (try? encoder.encode(entries)).map { String(decoding: $0, as: UTF8.self) } ?? "[]"
    }

    init(json: String) {
        entries = (try? JSONDecoder().decode([Entry].self, from: Data(json.utf8))) ?? []
    }
}
