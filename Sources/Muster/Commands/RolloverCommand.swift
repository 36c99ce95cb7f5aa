import ArgumentParser
import SigningKeys

/// `muster ca rollover prepare|activate|retire NAME`
struct RolloverCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollover", abstract: "Replace the key of a CA, in three steps, while the server runs.",
        subcommands: [Prepare.self, Activate.self, Retire.self])

    struct Prepare: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make the key and the certificate of the next generation.",
            discussion: """
                The CA above signs it: where that is the root, its key must be in the key directory. A root signs itself, and old and new
                root certify each other. A next root shows in EST's cacerts, the next CA in /ca/chain.pem; give clients time. What SCEP clients
                encrypt to the next RA is issued by the next generation already; all else stays with the active one. A CA
                whose parent is elsewhere takes `muster ca csr` and `muster ca import` instead.
                """)

        @Argument(help: "The CA, for example issuing.") var name: String
        @Option(help: "The kind of the new key; default: that of the present one.") var key: KeyAlgorithm?
        @Option(help: ArgumentHelp("Where in a token the key is, instead of making one (see `muster init --help`).", valueName: "uri"))
        var keyUri: String?
        @OptionGroup var own: OwnKeyOptions
        @OptionGroup var location: LocationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let reply = try await location.perform(PrepareRollover(authority: name, key: key, keyURI: keyUri, ownKeys: own.places))
            try output.print(reply) { AuthorityTable.render(reply) }
        }
    }

    struct Activate: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let the next generation issue; the present one retires.",
            discussion: "The retiring generation goes on with its CRLs and OCSP until its last certificate has expired.")

        @Argument(help: "The CA, for example issuing.") var name: String
        @OptionGroup var location: LocationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let reply = try await location.perform(ActivateRollover(authority: name))
            try output.print(reply) { AuthorityTable.render(reply) }
        }
    }

    struct Retire: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Archive retiring generations whose last certificate has expired.",
            discussion: "The server does this by itself every hour. With --force, certificates that are still good lose their CRL and OCSP."
        )

        @Argument(help: "The CA, for example issuing.") var name: String
        @Flag(help: "Even where certificates of a retiring generation are still good.") var force = false
        @OptionGroup var location: LocationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let reply = try await location.perform(RetireGeneration(authority: name, isForced: force))
            try output.print(reply) { AuthorityTable.render(reply) }
        }
    }
}
