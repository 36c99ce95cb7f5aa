import ArgumentParser
import Foundation

/// `muster apply`
struct ApplyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "apply",
        abstract: "Bring endpoints and templates to what YAML files say; all of it, or nothing.",
        discussion: """
            Everything is checked before anything is written. What differs becomes a new version, in force at once on a running server;
            certificates that were issued keep the version they were made under. What the files do not name stays as it is.
            `muster export` prints files to begin with; docs/CONFIGURATION.md explains them.
            """)

    @Option(
        name: [.customShort("f"), .customLong("file")], parsing: .upToNextOption,
        help: ArgumentHelp("Files, or - for standard input.", valueName: "file")) var files: [String]
    @Flag(help: "Show what would change; change nothing.") var dryRun = false
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let texts = try files.map { ApplyCatalog.File(name: $0 == "-" ? "standard input" : $0, text: try Self.read($0)) }
        let reply = try await location.perform(ApplyCatalog(files: texts, isDryRun: dryRun))
        try output.print(reply) { Self.text(reply, isDryRun: dryRun) }
    }

    private static func read(_ name: String) throws -> String {
        let data = name == "-" ? FileHandle.standardInput.readDataToEndOfFile() : FileManager.default.contents(atPath: name)
        guard let data else { throw CommandFailure("\(name) cannot be read") }
        guard let text = String(data: data, encoding: .utf8) else { throw CommandFailure("\(name) is not UTF-8") }
        return text
    }

    private static func text(_ reply: ApplyCatalog.Reply, isDryRun: Bool) -> String {
        let blocks = reply.changes.map { change in
            (["\(change.kind) \(change.name): \(change.action.rawValue), version \(change.version)"] + change.difference.map { "    " + $0 })
                .joined(separator: "\n")
        }
        let end = reply.isApplied ? "applied" : isDryRun ? "dry run: nothing was changed" : "nothing to change"
        return (blocks + [end]).joined(separator: "\n")
    }
}
