import ArgumentParser
import PKIFormats

/// `muster key generate|block|unblock|list`
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Keys in tokens, and keys that are never certified.",
        subcommands: [KeyGenerateCommand.self, Block.self, Unblock.self, List.self])

    /// How a key is named on the command line.
    struct Subject: ParsableArguments {
        @Argument(
            help: ArgumentHelp(
                "A certificate, certification request or key (PEM file), or the SHA-256 of the SubjectPublicKeyInfo.",
                valueName: "file|hash"))
        var key: String
    }

    struct Block: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Never certify this key again, whoever asks.",
            discussion: "Certificates that the key has already stay valid: `muster revoke SERIAL --reason keyCompromise` ends them.")

        @OptionGroup var subject: Subject
        @Option(help: "Why; shown by `muster key list`.") var reason: String
        @OptionGroup var location: LocationOptions

        func run() async throws {
            let fingerprint = try KeyFingerprint.hash(subject.key).hex
            _ = try await location.perform(BlockKey(fingerprint: fingerprint, reason: reason))
            print("\(fingerprint) is blocked")
        }
    }

    struct Unblock: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a blocked key be certified again.",
            discussion: "A key whose certificate was revoked for keyCompromise stays refused all the same.")

        @OptionGroup var subject: Subject
        @OptionGroup var location: LocationOptions

        func run() async throws {
            let fingerprint = try KeyFingerprint.hash(subject.key).hex
            _ = try await location.perform(UnblockKey(fingerprint: fingerprint))
            print("\(fingerprint) is blocked no more")
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List blocked keys, the newest first.")

        @OptionGroup var location: LocationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let reply = try await location.perform(ListBlockedKeys())
            try output.print(reply) {
                TextTable.render(
                    ["SHA-256", "BLOCKED", "BY", "REASON"],
                    reply.keys.map { [$0.fingerprint, $0.blockedAt.second, $0.blockedBy, $0.reason] })
            }
        }
    }
}
