import ArgumentParser

/// `muster crl publish`
struct CRLCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "crl", abstract: "Certificate revocation lists.", subcommands: [Publish.self])

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
            try output.print(reply) {
                reply.lists.map { "\($0.authority): CRL \($0.number) with \($0.entries) entries, next update \($0.nextUpdate.second)" }
                    .joined(separator: "\n")
            }
        }
    }
}
