import ArgumentParser
import Connectors

/// `muster webhook set|list|remove`
struct WebhookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "webhook", abstract: "Let a service outside judge SCEP challenges and requests.",
        subcommands: [Set.self, List.self, Remove.self])

    struct Set: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask a service about every challenge at an endpoint, in place of the challenges made here.",
            discussion: """
                Each request is posted as JSON, signed with HMAC-SHA-256. No answer, a late one, one that is too long or cannot be read is a no.
                With --notify the service hears of each certificate before the client gets it; where it does not take that, the certificate is
                quarantined and revoked and the client refused. docs/protocols/scep.md shows the formats.
                """)

        @Argument(help: "The endpoint, for example scep-default.") var endpoint: String
        @Option(help: ArgumentHelp("Where to ask: https.", valueName: "url")) var url: String
        @Option(help: "muster, step-ca or mdm-validation.") var format: WebhookFormat = .muster
        @Option(help: ArgumentHelp("How the service knows this webhook.", valueName: "id")) var id: String?
        @Flag(help: "Tell the service of every certificate before it leaves.") var notify = false
        @Flag(help: "The service speaks for a directory: SIDs, names and attributes that it tells are believed (format muster).")
        var directory = false
        @Flag(help: "The service may run on this machine, without TLS.") var allowLoopback = false
        @Flag(help: "Read the secret (base64) from the first line of standard input; else one is made and printed.")
        var secretStdin = false
        @Option(help: ArgumentHelp("A file whose first line is sent as the Authorization header.", valueName: "file"))
        var authorizationFile: String?
        @OptionGroup var location: LocationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let made = try await location.perform(
                SetWebhook(
                    endpoint: endpoint, url: url, format: format, identifier: id, notifies: notify, tellsDirectory: directory,
                    allowsLoopback: allowLoopback,
                    secret: secretStdin ? try Terminal.readLineOfInput() : nil,
                    authorization: try authorizationFile.map { try PrivateFile.firstLine(of: $0) }))
            try output.print(made) { "\(endpoint) asks \(url)\nid \(made.identifier)\nsecret \(made.secret)" }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List webhooks, without their secrets.")

        @OptionGroup var location: LocationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let reply = try await location.perform(ListWebhooks())
            try output.print(reply) {
                TextTable.render(
                    ["ENDPOINT", "URL", "FORMAT", "ID", "NOTIFIES", "DIRECTORY"],
                    reply.webhooks.map {
                        [$0.endpoint, $0.url, $0.format, $0.identifier, $0.notifies ? "yes" : "no", $0.tellsDirectory ? "yes" : "no"]
                    })
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Ask nobody any more, at once.", discussion: "The endpoint takes challenges made by `muster challenge new` again.")

        @Argument(help: "The endpoint, for example scep-default.") var endpoint: String
        @OptionGroup var location: LocationOptions

        func run() async throws {
            _ = try await location.perform(RemoveWebhook(endpoint: endpoint))
            print("\(endpoint) takes challenges made here")
        }
    }
}

extension WebhookFormat: ExpressibleByArgument {}
