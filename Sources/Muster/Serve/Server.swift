import EnrollmentCore
import Foundation
import HTTPTransport
import Hummingbird
import Logging
import ServiceLifecycle

/// The life of `muster serve`: opens, finishes what a crash left, listens, renews, and ends in order.
struct Server {
    private static let longestShutdown: Duration = .seconds(45)

    private let configuration: Configuration
    private let directory: DataDirectory
    private let readyFile: String?
    private let logger: Logger

    init(_ configuration: Configuration, in directory: DataDirectory, readyFile: String?, logger: Logger) {
        self.configuration = configuration
        self.directory = directory
        self.readyFile = readyFile
        self.logger = logger
    }

    func run(passphrase: String) async throws {
        do {
            try await serve(passphrase)
        } catch {
            throw CommandFailure(AdminMessage.describe(error))
        }
    }

    private func serve(_ passphrase: String) async throws {
        BatchScheduling.adopt()
        let database = try await CADatabase(path: directory.file(configuration.database), logger: logger)
        defer { database.close() }
        let administration = try await Administration(
            configuration, in: directory, database: database, passphrase: passphrase, operatorID: getuid())
        let services = administration.core
        let recovered = try await services.pipeline.recover()
        if recovered.finished + recovered.tombstoned > 0 {
            logger.notice(
                "finished what was interrupted", metadata: ["finished": "\(recovered.finished)", "given-up": "\(recovered.tombstoned)"])
        }
        let assembly = try await ServerAssembly(administration, logger: logger)
        let hierarchy = try administration.hierarchy
        let readiness = Readiness(Set(ServerAssembly.Listener.allCases.map(\.rawValue))) { await announce(assembly, hierarchy) }
        defer { for path in [directory.socket, readyFile].compactMap({ $0 }) { unlink(path) } }
        try directory.checkSocketPath()
        unlink(directory.socket)
        // The socket is born closed to others.
        umask(0o077)
        // The last is stopped first: the doors close before what they stand on.
        var group = ServiceGroupConfiguration(
            services: assembly.backgroundServices.map { .init(service: $0) } + assembly.listeners(readiness).map { .init(service: $0) },
            gracefulShutdownSignals: [.sigterm, .sigint], logger: logger)
        group.maximumGracefulShutdownDuration = Self.longestShutdown
        try await ServiceGroup(configuration: group).run()
        try await services.replies.flush()
        logger.notice("stopped")
    }

    private func announce(_ assembly: ServerAssembly, _ hierarchy: Hierarchy) async {
        ExecutablePages.letGo()
        let announcement = Announcement(
            configuration, directory, hierarchy: hierarchy, catalog: assembly.administration.core.catalog)
        // Not print: that would wait in a buffer where standard output is a file.
        FileHandle.standardOutput.write(Data((announcement.text + "\n").utf8))
        guard let readyFile else { return }
        do {
            try PrivateFile.replace(readyFile, "ready\n", readers: .everybody)
        } catch {
            logger.error("the ready file was not written", metadata: ["reason": "\(error)"])
        }
    }
}
