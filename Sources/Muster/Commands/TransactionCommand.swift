import ArgumentParser
import Foundation

/// `muster transaction ID`
struct TransactionCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transaction", abstract: "Tell the story of one transaction, stage by stage, and what to do about a refusal.")

    @Argument(help: "The transaction's id, 32 hex digits, as `muster transactions` prints it.") var id: String
    @Option(
        help: ArgumentHelp(
            "Write the request as it arrived to this new file instead: it may hold a challenge or a password.", valueName: "file"))
    var raw: String?
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        if let raw {
            guard !FileManager.default.fileExists(atPath: raw) else { throw CommandFailure("\(raw) exists already") }
            let reply = try await location.perform(OpenRawRequest(id: id))
            guard FileManager.default.createFile(atPath: raw, contents: reply.bytes, attributes: [.posixPermissions: 0o600]) else {
                throw CommandFailure("\(raw) cannot be written")
            }
            return print("\(raw) holds the \(reply.bytes.count) bytes of the request")
        }
        let story = try await location.perform(ShowTransaction(id: id))
        try output.print(story) {
            let facts: [(String, String?)] = [
                ("transaction", story.summary.id), ("at", story.summary.startedAt.second), ("endpoint", story.summary.endpoint),
                ("operation", story.summary.operation), ("peer", story.summary.peer), ("client", story.userAgent),
                ("principal", story.principal),
                ("subject", story.summary.subject), ("names", story.names), ("outcome", story.summary.outcome),
                ("code", story.summary.code),
                ("serial", story.serial),
            ]
            let head = facts.compactMap { name, value in value.map { (name + ":").padded(to: 13) + $0 } }
            let trail = story.trail.map { step in
                let instant = step.microseconds.map { String(format: "%8.1f ms", Double($0) / 1000) } ?? ""
                return "  \(step.stage.padded(to: 12))  \(instant)  \(step.text)"
            }
            let answer = story.answer.map { answer in
                let facts = [
                    "HTTP \(answer.status)", answer.contentType, answer.bytes.map { "\($0) bytes" }, answer.words,
                    String(format: "after %.1f ms", Double(answer.microseconds) / 1000),
                ]
                return "reply:       \(facts.compactMap(\.self).joined(separator: ", "))"
            }
            return (head + trail + [answer].compactMap(\.self) + (story.advice.map { ["advice:      \($0)"] } ?? [])).joined(
                separator: "\n")
        }
    }
}
