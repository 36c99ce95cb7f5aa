import ArgumentParser

/// `muster crl publish|import`
struct CRLCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crl", abstract: "Certificate revocation lists.", subcommands: [Publish.self, Import.self])

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Publish a CRL that a CA elsewhere has signed, for example an offline root.",
            discussion: "It must be signed by a CA that `muster ca list` shows, and be newer than the one that is here.")

        @Argument(help: "PEM or DER.") var file: String
        @OptionGroup var location: LocationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let reply = try await location.perform(ImportCRL(list: try InputFile.read(file)))
            try output.print(reply) { reply.text }
        }
    }

    struct Publish: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make and publish a new CRL now.",
            discussion: """
                The server does this on schedule for the issuing CA. The root's key is not loaded by the server: --root loads it for this
                one list, with the passphrase, and forgets it again.
                """)

        @Flag(help: "Also the root's list; asks for the passphrase.") var root = false
        @OptionGroup var location: LocationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            var passphrase = location.passphrase
            var secret: String?
            if root {
                let known = try passphrase.read(ConfigurationFile.load(location.directory), in: location.directory)
                (secret, passphrase) = (known, PassphraseSource(known: known))
            }
            let reply = try await AdminClient(directory: location.directory, passphrase: passphrase).perform(
                PublishCRLs(rootPassphrase: secret))
            try output.print(reply) { reply.text }
        }
    }
}

extension PublishCRLs.Reply {
    fileprivate var text: String {
        lists.map { "\($0.authority): CRL \($0.number) with \($0.entries) entries, next update \($0.nextUpdate.second)" }
            .joined(separator: "\n")
    }
}
