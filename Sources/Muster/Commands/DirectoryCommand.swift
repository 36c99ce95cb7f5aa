import ArgumentParser
import Foundation

/// `muster directory import|remove|list`
struct DirectoryCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "directory", abstract: "What a directory says of principals: SIDs, names, subject attributes.",
        subcommands: [Import.self, Remove.self, List.self])

    /// Templates take these values where they say `from: directory`.
    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Bring a directory's export (CSV) in, in the place of all that came from it before.",
            discussion: """
                The first row names the columns: key (user:NAME, dns:NAME, upn:NAME or email:NAME), sid, types of alternative names (dns, upn,
                email, …) and subject attributes (O, OU, …). A certificate gets them where its template says `from: directory`, when the key is
                who was recognised, or a name that his credential covers literally. One wrong row, and nothing is changed.
                """)

        @Argument(help: ArgumentHelp("The export.", valueName: "file")) var file: String
        @Option(help: ArgumentHelp("The directory, for example ad:corp.example; stands in trails.", valueName: "name")) var source: String
        @OptionGroup var location: LocationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard let data = FileManager.default.contents(atPath: file), !data.isEmpty, data.count <= 16 << 20,
                let text = String(validating: data, as: UTF8.self)
            else { throw CommandFailure("\(file) cannot be read, is empty, has more than 16 MiB or is not UTF-8") }
            let reply = try await location.perform(ImportDirectory(source: source, text: text))
            try output.print(reply) { "\(reply.entries) entries of \(source)" }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Forget all that came from a directory.")

        @Option(help: ArgumentHelp("The directory.", valueName: "name")) var source: String
        @OptionGroup var location: LocationOptions

        func run() async throws {
            _ = try await location.perform(ImportDirectory(source: source, text: ""))
            print("nothing of \(source) is left")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the first thousand entries by key.")

        @OptionGroup var location: LocationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let reply = try await location.perform(ListDirectory())
            try output.print(reply) {
                TextTable.render(
                    ["KEY", "SOURCE", "SID", "NAMES", "ATTRIBUTES"],
                    reply.entries.map { entry in
                        [
                            entry.key, entry.source, entry.sid ?? "", entry.names.joined(separator: " "),
                            entry.attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ","),
                        ]
                    })
            }
        }
    }
}
