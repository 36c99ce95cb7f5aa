import ArgumentParser

/// `muster export`
struct ExportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export", abstract: "Print endpoints and templates as YAML that `muster apply` reads back.",
        discussion: "Credentials are no part of it: challenges and users stay in the database.")

    @Argument(help: "Endpoints and templates; all without one.") var names: [String] = []
    @OptionGroup var location: LocationOptions

    func run() async throws {
        print(try await location.perform(ExportCatalog(names: names)).text, terminator: "")
    }
}
