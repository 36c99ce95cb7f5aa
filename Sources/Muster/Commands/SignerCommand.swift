import ArgumentParser
import Foundation

/// `muster signer add|list|remove`
struct SignerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signer", abstract: "Those who enroll others by SCEP, such as an MDM that is its devices' proxy.",
        subcommands: [Add.self, List.self, Remove.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Register a certificate: requests that its key signs are served for others.",
            discussion: """
                The certificate may come from any issuer; the registration is what counts. Its holder needs no challenge, and whoever has its
                key can enroll every name given here: keep them few.
                """)

        @Argument(help: ArgumentHelp("The certificate, PEM; RSA.", valueName: "file")) var certificate: String
        @Option(help: ArgumentHelp("The endpoint, for example scep-default.", valueName: "name")) var endpoint: String
        @Option(
            parsing: .upToNextOption,
            help: ArgumentHelp("Names that he may enroll, exact or as patterns such as *.corp.example.", valueName: "pattern"))
        var names: [String]
        @OptionGroup var location: LocationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            guard let pem = try? String(contentsOfFile: certificate, encoding: .utf8) else {
                throw CommandFailure("\(certificate) cannot be read")
            }
            let added = try await location.perform(AddSigner(endpoint: endpoint, certificate: pem, names: names))
            try output.print(added) {
                "\(added.subject) may enroll \(names.joined(separator: " ")) at \(endpoint)\nfingerprint \(added.fingerprint)"
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List registered signers.")

        @Option(help: ArgumentHelp("Only this endpoint.", valueName: "name")) var endpoint: String?
        @OptionGroup var location: LocationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let reply = try await location.perform(ListSigners(endpoint: endpoint))
            try output.print(reply) {
                TextTable.render(
                    ["FINGERPRINT", "ENDPOINT", "SUBJECT", "EXPIRES", "COVERS"],
                    reply.signers.map {
                        [$0.fingerprint, $0.endpoint, $0.subject, $0.notAfter.second, $0.covers.joined(separator: " ")]
                    })
            }
        }
    }

    struct Remove: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Let a signer enroll others no more, at once.", discussion: "Certificates that he enrolled stay valid.")

        @Argument(help: "SHA-256 fingerprint of the certificate, as `muster signer list` prints it.") var fingerprint: String
        @Option(help: ArgumentHelp("The endpoint, for example scep-default.", valueName: "name")) var endpoint: String
        @OptionGroup var location: LocationOptions

        func run() async throws {
            _ = try await location.perform(RemoveSigner(endpoint: endpoint, fingerprint: fingerprint))
            print("the signer may not enroll at \(endpoint) any more")
        }
    }
}
