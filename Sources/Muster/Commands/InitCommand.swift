import ArgumentParser
import SigningKeys

/// `muster init`
struct InitCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a new CA: keys, database, root and issuing CA, endpoints and first credentials.",
        discussion: """
            Everything lands in one directory; an existing CA is never overwritten. The keys are encrypted with a passphrase that is
            asked for, or taken from --passphrase-file, $MUSTER_PASSPHRASE or $MUSTER_PASSPHRASE_FILE. The first credentials are
            generated and shown once.

            With --lab, the passphrase and the credentials are kept in files that only you can read, ACME validates loopback and private
            addresses with http-01 on port 5002, and *.localhost and *.test resolve to loopback.
            """)

    @OptionGroup var location: LocationOptions
    @Option(help: "What the CA is called in its certificates; default: Muster, in the lab Muster Lab.") var name: String?
    @Option(help: "The host name by which clients reach the server.") var hostname: String = "localhost"
    @Option(help: ArgumentHelp("Where to listen for SCEP, CRL, OCSP and CA certificates.", valueName: "host:port"))
    var http = HostAndPort.Default.http
    @Option(help: ArgumentHelp("Where to listen for ACME and Windows enrollment.", valueName: "host:port"))
    var https = HostAndPort.Default.https
    @Option(help: ArgumentHelp("Where to listen for EST; the only listener that asks for a client certificate.", valueName: "host:port"))
    var est = HostAndPort.Default.est
    @Option(
        name: .customLong("base-url"), parsing: .upToNextOption,
        help: ArgumentHelp(
            "How clients reach the listeners, where that is not http(s)://HOSTNAME:PORT: "
                + "an http:// URL, an https:// URL (ACME, Windows), a second https:// URL (EST).",
            valueName: "url"))
    var baseURLs: [String] = []
    @Option(help: "The kind of the CAs' keys: \(KeyAlgorithm.allCases.map(\.rawValue).joined(separator: ", ")).") var caKey = KeyAlgorithm
        .p256
    @OptionGroup var tokenKeys: TokenKeyOptions
    @Flag(help: "A CA to play with: see above.") var lab = false
    @Flag(help: "The root is elsewhere: make a request for it; `muster ca import` brings its answer.") var externalRoot = false
    @Option(help: ArgumentHelp("The port where ACME validates http-01; default: 80, in the lab 5002.", valueName: "port")) var acmeHttpPort:
        Int?
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let listeners = Configuration.Listeners(http: http, https: https, est: est)
        let configuration = Configuration(
            name: name ?? (lab ? "Muster Lab" : "Muster"), hostname: hostname, listeners: listeners,
            urls: try BaseURLs.make(given: baseURLs, hostname: hostname, listeners: listeners),
            passphraseFile: nil, lab: lab, acme: Configuration.ACME(httpPort: acmeHttpPort ?? (lab ? 5002 : 80)))
        try ConfigurationFile.check(configuration)
        let directory = location.directory
        let passphrase = try location.passphrase.choose(isLab: lab)
        let references = try tokenKeys.references()
        try TokenPINs.ask(for: Array(references.values))
        let initialiser = Initialiser(
            configuration: configuration.keepingPassphrase(lab && passphrase == nil), directory: directory, keyAlgorithm: caKey,
            references: references, passphrase: passphrase)
        guard !externalRoot else {
            let waiting = try await initialiser.runBelowExternalRoot()
            return try output.print(waiting) { waiting.text(directory) }
        }
        let result = try await initialiser.run()
        try output.print(result.overview) { InitReport(result: result, configuration: configuration, directory: directory).text }
    }
}

extension KeyAlgorithm: ExpressibleByArgument {}

extension HostAndPort {
    enum Default {
        static let http = HostAndPort(host: "127.0.0.1", port: 8080)
        static let https = HostAndPort(host: "127.0.0.1", port: 8443)
        static let est = HostAndPort(host: "127.0.0.1", port: 9443)
    }
}

extension Configuration {
    fileprivate func keepingPassphrase(_ isKept: Bool) -> Configuration {
        var copy = self
        copy.passphraseFile = isKept ? "passphrase" : nil
        return copy
    }
}
