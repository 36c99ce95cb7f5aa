import ArgumentParser

/// `muster endpoint enable|disable|hold|automatic|option|setup NAME`
struct EndpointCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "endpoint", abstract: "Open or close an endpoint, or let people decide there; at once and without a restart.",
        subcommands: [Enable.self, Disable.self, Hold.self, Automatic.self, EndpointOptionCommand.self, EndpointSetupCommand.self])

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

    struct Hold: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Hold every request at an endpoint until operators approve it.",
            discussion: "Clients are told to come back; `muster pending` lists what waits.")

        @Argument(help: "The endpoint, for example scep-default; see `muster endpoints`.") var name: String
        @Option(help: "Why, as clients may read it.") var reason: String = "an operator must approve this request"
        @Option(help: "How many different operators must approve: 1 or 2.") var approvals: Int = 1
        @OptionGroup var location: LocationOptions

        func validate() throws {
            guard (1...2).contains(approvals) else { throw ValidationError("--approvals takes 1 or 2") }
        }

        func run() async throws {
            _ = try await location.perform(SetHolding(endpoint: name, reason: reason, approvals: approvals))
            print("\(name) holds requests for approval")
        }
    }

    struct Automatic: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Issue at an endpoint without asking, to whoever its policy accepts.")

        @Argument(help: "The endpoint, for example scep-default; see `muster endpoints`.") var name: String
        @OptionGroup var location: LocationOptions

        func run() async throws {
            _ = try await location.perform(SetHolding(endpoint: name, reason: nil, approvals: 1))
            print("\(name) issues by itself")
        }
    }
}
