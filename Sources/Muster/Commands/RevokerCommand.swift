import ArgumentParser

/// `muster revoker add|list|remove`
struct RevokerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoker", abstract: "Services that may revoke, such as an MDM that knows which devices left.",
        subcommands: [Add.self, List.self, Remove.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Register a service and show its token, once.",
            discussion: """
                It posts to the URL with HTTP Basic (name and token) or `Authorization: Bearer NAME:TOKEN`: {"serial": "4d2f…"} or
                {"name": "device-7.example.test"}, with a "reason" where cessationOfOperation is not it; or the events by which MicroMDM,
                NanoMDM and Jamf Pro tell that a device left. It can revoke certificates of this endpoint, and nothing else.
                """)

        @Argument(help: "A name for it, for example mdm.") var name: String
        @Option(help: ArgumentHelp("The endpoint whose certificates it may revoke.", valueName: "name")) var endpoint: String
        @OptionGroup var location: LocationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let added = try await location.perform(AddRevoker(endpoint: endpoint, name: name))
            try output.print(added) { "url    \(added.url)\nname   \(added.name)\ntoken  \(added.token)" }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the services that may revoke.")

        @OptionGroup var location: LocationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let reply = try await location.perform(ListRevokers())
            try output.print(reply) {
                TextTable.render(["ENDPOINT", "NAME", "SINCE"], reply.revokers.map { [$0.endpoint, $0.name, $0.createdAt.second] })
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a service revoke no more, at once.", discussion: "What it revoked stays revoked.")

        @Argument(help: "Its name, as `muster revoker list` prints it.") var name: String
        @Option(help: ArgumentHelp("The endpoint.", valueName: "name")) var endpoint: String
        @OptionGroup var location: LocationOptions

        func run() async throws {
            _ = try await location.perform(RemoveRevoker(endpoint: endpoint, name: name))
            print("\(name) may not revoke at \(endpoint) any more")
        }
    }
}
