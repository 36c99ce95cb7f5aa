import ArgumentParser

/// `muster challenge new|list|revoke`
struct ChallengeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "challenge", abstract: "Secrets that let a device enroll by SCEP.", subcommands: [New.self, List.self, Revoke.self])

    struct New: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a challenge and print it, once.",
            discussion: """
                One-time unless --reusable. It covers the names given with --bind-name and no others: exact names, or patterns such as
                *.corp.example or dns:device-*.corp.example, where * stands for one label's characters.

                --bind-subject, --bind-san and --bind-device bind it further: a request that differs is refused and does not spend it.
                """)

        @Option(help: ArgumentHelp("The endpoint, for example scep-default.", valueName: "name")) var endpoint: String
        @Option(help: "How long it is good for: 30m, 1h, 7d.") var ttl: TimeSpan = TimeSpan(seconds: 3600)
        @Option(
            name: .customLong("bind-name"), parsing: .upToNextOption,
            help: ArgumentHelp("A common name or alternative name that it covers; one or more.", valueName: "name"))
        var names: [String]
        @Option(
            help: ArgumentHelp("The whole subject that the request must have, for example CN=device-7,O=Example.", valueName: "subject"))
        var bindSubject: String?
        @Option(
            name: .customLong("bind-san"), parsing: .upToNextOption,
            help: ArgumentHelp(
                "The alternative names that it must ask for, no more and no fewer: dns:a.example ip:192.0.2.1.", valueName: "name"))
        var alternativeNames: [String] = []
        @Option(
            help: ArgumentHelp(
                "What the device must call itself: serialNumber, UID, unstructuredName or CN in its subject, or the end of a URI.",
                valueName: "id"))
        var bindDevice: String?
        @Flag(help: "May be used any number of times until it expires or is revoked.") var reusable = false
        @OptionGroup var location: LocationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let made = try await location.perform(
                NewChallenge(
                    endpoint: endpoint, seconds: ttl.seconds, names: names, isOneTime: !reusable, subject: bindSubject,
                    alternativeNames: alternativeNames, device: bindDevice))
            try output.print(made) { made.challenge }
            if !output.json {
                Terminal.printError(
                    "\(made.id), good until \(made.expiresAt.second), covers \(names.joined(separator: " ")); shown this once")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List challenges, newest first, without their secrets.")

        @Option(help: ArgumentHelp("Only this endpoint.", valueName: "name")) var endpoint: String?
        @OptionGroup var location: LocationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let reply = try await location.perform(ListChallenges(endpoint: endpoint))
            try output.print(reply) {
                TextTable.render(
                    ["ID", "ENDPOINT", "KIND", "STATE", "EXPIRES", "COVERS", "BOUND TO"],
                    reply.challenges.map {
                        [
                            $0.id, $0.endpoint, $0.isOneTime ? "one-time" : "reusable", $0.state.rawValue, $0.expiresAt?.second ?? "never",
                            $0.covers.joined(separator: " "), $0.bound ?? "",
                        ]
                    })
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a challenge worthless.", discussion: "Certificates made with it stay valid.")

        @Argument(help: "The challenge's id, as `muster challenge list` prints it.") var id: String
        @Option(help: ArgumentHelp("The endpoint it must belong to.", valueName: "name")) var endpoint: String?
        @OptionGroup var location: LocationOptions

        func run() async throws {
            _ = try await location.perform(RevokeChallenge(id: id, endpoint: endpoint))
            print("\(id) is revoked")
        }
    }
}
