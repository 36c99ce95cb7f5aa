import ArgumentParser
import EnrollmentCore
import Foundation
import SigningKeys

/// `muster ca list|show|create|csr|import|adopt|rollover`
struct CACommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ca", abstract: "The certificate authorities: several of them, their key generations, CAs elsewhere.",
        subcommands: [
            List.self, Show.self, Create.self, Request.self, Import.self, AdoptCommand.self,
            RolloverCommand.self,
        ])

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "List the CAs with their key generations.")

        @OptionGroup var location: LocationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let reply = try await location.perform(ListAuthorities())
            try output.print(reply) { AuthorityTable.render(reply) }
        }
    }

    struct Show: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print the certificates of a CA as PEM, one a generation, with what they are in comments.")

        @Argument(help: "The CA, for example issuing; see `muster ca list`.") var name: String
        @Flag(help: "Also the cross certificates between the generations of a root.") var cross = false
        @OptionGroup var location: LocationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let reply = try await location.perform(ListAuthorities(authority: name))
            try output.print(reply) {
                let own = reply.generations.map { "# \($0.state), \($0.subject), key \($0.keyIdentifier)\n\($0.pem)" }
                return (own + (cross ? reply.crossCertificates.map { "# cross certificate\n\($0)" } : [])).joined()
            }
        }
    }

    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a further issuing CA, with a key, an RA, an OCSP responder and CRLs of its own.",
            discussion: """
                Works at once, also in a running server. Endpoints choose their CA: --endpoint makes one like the default one of that
                protocol, called PROTOCOL-NAME and reached under the label NAME. Its users and challenges are its own: those of other
                endpoints are worthless there.
                """)

        @Argument(help: "Lowercase letters, digits and hyphens.") var name: String
        @Option(help: "The common name in its certificate; default: the installation's name and the CA's.") var subject: String?
        @Option(help: "The kind of its key: \(KeyAlgorithm.allCases.map(\.rawValue).joined(separator: ", ")).") var key = KeyAlgorithm.p256
        @Option(help: ArgumentHelp("Where in a token the key is, instead of making one (see `muster init --help`).", valueName: "uri"))
        var keyUri: String?
        @OptionGroup var own: OwnKeyOptions
        @Option(help: "The CA that signs its certificate.") var parent = DefaultEndpoints.rootAuthority
        @Option(
            name: .customLong("endpoint"), parsing: .singleValue,
            help: ArgumentHelp("Make an endpoint at it: scep, est, acme or wstep; may be given again.", valueName: "protocol"))
        var endpoints: [String] = []
        @Flag(
            name: .customLong("scep-ca-mode"),
            help: """
                The CA's own key opens and signs SCEP messages, for clients that know no RA. Needs an RSA key. Such a CA decrypts for \
                strangers: give it nothing but this to do.
                """)
        var speaksSCEP = false
        @OptionGroup var location: LocationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let reply = try await location.perform(
                CreateAuthority(
                    name: name, commonName: subject, key: key, keyURI: keyUri, ownKeys: own.places, parent: parent, endpoints: endpoints,
                    speaksSCEP: speaksSCEP)
            )
            try output.print(reply) { AuthorityTable.render(reply) }
        }
    }

    struct Request: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "csr", abstract: "Make a key and print the request that a CA elsewhere certifies.",
            discussion: """
                For a new CA, for the issuing CA after `muster init --external-root`, and for the next generation of a CA that is here.
                The key stays here; the same request is printed again until `muster ca import` brings its certificate.
                """)

        @Argument(help: "The CA, for example issuing.") var name: String
        @Option(help: "The common name of a new CA.") var subject: String?
        @Option(help: "The kind of its key: \(KeyAlgorithm.allCases.map(\.rawValue).joined(separator: ", ")).") var key = KeyAlgorithm.p256
        @Option(help: ArgumentHelp("Where in a token the key is, instead of making one (see `muster init --help`).", valueName: "uri"))
        var keyUri: String?
        @OptionGroup var location: LocationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let reply = try await location.perform(RequestAuthority(authority: name, commonName: subject, key: key, keyURI: keyUri))
            try output.print(reply) { reply.request.trimmingCharacters(in: .newlines) }
        }
    }

    struct Import: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Take the certificate that a CA elsewhere has issued for `muster ca csr`.",
            discussion: """
                The file holds the certificate and those above it up to the root, in PEM and in any order. Key, name, basicConstraints,
                key usage, validity and every signature are checked. The first certificate of a CA is active at once, a later one is its
                next generation. Then import the CRL of the CA above: `muster crl import`.
                """)

        @Argument(help: "The CA, for example issuing.") var name: String
        @Option(help: ArgumentHelp("PEM: the certificate and those above it.", valueName: "file")) var chain: String
        @OptionGroup var location: LocationOptions
        @OptionGroup var output: OutputOptions

        func run() async throws {
            let text = try String(decoding: InputFile.read(chain), as: UTF8.self)
            let reply = try await location.perform(ImportAuthority(authority: name, chain: text))
            try output.print(reply) { AuthorityTable.render(reply) }
        }
    }
}
