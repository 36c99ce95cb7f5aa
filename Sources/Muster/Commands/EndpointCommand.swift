import ArgumentParser

/// `muster endpoint enable|disable NAME`
struct EndpointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "endpoint", abstract: "Open or close an endpoint, at once and without a restart.",
        subcommands: [Enable.self, Disable.self])

    struct Enable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Let an endpoint take requests again.")

        @Argument(help: "The endpoint, for example scep-default; see `muster endpoints`.") var name: String
        @OptionGroup var location: LocationOptions

        func run() async throws {
            _ = try await location.perform(SwitchEndpoint(name: name, isEnabled: true))
            print("\(name) is open")
        }
    }

    struct Disable: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Refuse every request at an endpoint.", discussion: "Certificates that it issued stay valid and can still be revoked."
        )

        @Argument(help: "The endpoint, for example scep-default; see `muster endpoints`.") var name: String
        @OptionGroup var location: LocationOptions

        func run() async throws {
            _ = try await location.perform(SwitchEndpoint(name: name, isEnabled: false))
            print("\(name) is disabled")
        }
    }
}
