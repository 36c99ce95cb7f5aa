/// One line of `muster doctor`.
struct Finding: Codable, Sendable {
    enum Level: String, Codable, Sendable {
        case fine, warning, problem
    }

    let level: Level
    let text: String

    init(_ level: Level, _ text: String) {
        self.level = level
        self.text = text
    }
}
