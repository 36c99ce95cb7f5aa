import ArgumentParser

/// `muster endpoints`
struct EndpointsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "endpoints",
        abstract: "List the endpoints: protocol, name, URL and whether they are open.",
        discussion: """
            With --json, the object that `muster init --json` printed, without the secrets: they are stored hashed and were shown once.
            """)

    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let overview = try await location.perform(ListEndpoints())
        try output.print(overview) {
            TextTable.render(
                ["PROTOCOL", "NAME", "STATE", "URL"],
                overview.endpoints.map { [$0.protocol, $0.name, $0.isDisabled == true ? "disabled" : "open", $0.url] })
        }
    }
}
