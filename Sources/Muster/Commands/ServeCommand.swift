import ArgumentParser
import Logging

/// `muster serve`
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Serve the CA until SIGTERM or Ctrl-C.",
        discussion: """
            Three listeners: HTTP (SCEP, CRL, OCSP, CA certificates, /health, /metrics), HTTPS (ACME, Windows enrollment) and EST, the
            only one that asks for a client certificate. At the end, requests in progress are finished. The root's key is never loaded.
            Logs go to standard error.
            """)

    @OptionGroup var location: LocationOptions
    @Option(help: ArgumentHelp("A file to write when all listeners accept; removed at the end.", valueName: "file")) var readyFile: String?
    @Option(help: "trace, debug, info, notice, warning, error or critical.") var logLevel: Logger.Level = .notice

    func run() async throws {
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = logLevel
            return handler
        }
        let directory = location.directory
        let configuration = try ConfigurationFile.load(directory)
        guard let lock = try DirectoryLock(directory) else { throw CommandFailure("another `muster` works in \(directory.path) already") }
        let passphrase = try location.passphrase.read(configuration, in: directory)
        try TokenPINs.ask(for: KeyDirectory(path: directory.file(configuration.keys)).references(but: KeyDirectory.Name.root))
        try await Server(configuration, in: directory, readyFile: readyFile, logger: Logger(label: "muster")).run(passphrase: passphrase)
        withExtendedLifetime(lock) {}
    }
}

extension Logger.Level: @retroactive ExpressibleByArgument {}
