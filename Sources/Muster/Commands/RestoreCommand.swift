import ArgumentParser
import EnrollmentCore
import Foundation
import Logging
import PKIFormats
import Persistence

/// `muster restore FILE`
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a backup in the place of the database, while no server runs.",
        discussion: """
            The present database is kept beside it, under a name with the time. Serial numbers are random, and CRL numbers follow the
            clock and go on from the present lists, so neither is used twice. What happened after the backup was made is forgotten:
            certificates issued since cannot be revoked any more, revocations must be made again.
            """)

    @Argument(help: "The file that `muster backup` made.") var file: String
    @Option(help: ArgumentHelp("Decrypt with the passphrase in the first line of this file.", valueName: "file")) var decrypt: String?
    @OptionGroup var location: LocationOptions

    func run() async throws {
        let directory = location.directory
        let configuration = try ConfigurationFile.load(directory)
        guard let lock = try DirectoryLock(directory) else { throw CommandFailure("stop the server first: it works in \(directory.path)") }
        let target = directory.file(configuration.database)
        let staged = target + ".restoring"
        try? FileManager.default.removeItem(atPath: staged)
        try stage(staged)
        defer { for suffix in ["", "-wal", "-shm"] { unlink(staged + suffix) } }
        try await check(staged, configuration, directory)
        let kept = try replace(target, with: staged)
        withExtendedLifetime(lock) { print("restored; the former database is \(kept)") }
    }

    private func stage(_ staged: String) throws {
        if let decrypt { return try SealedFile.open(file, to: staged, passphrase: PassphraseSource.known(decrypt)) }
        guard !SealedFile.isSealed(file) else { throw CommandFailure("\(file) is encrypted: give its passphrase with --decrypt FILE") }
        do {
            try FileManager.default.copyItem(atPath: file, toPath: staged)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: staged)
        } catch {
            throw CommandFailure("\(file) cannot be copied to \(staged): \(error.localizedDescription)")
        }
    }

    /// The backup must be whole, of this CA and not of a newer program; its tables are brought up to date.
    private func check(_ path: String, _ configuration: Configuration, _ directory: DataDirectory) async throws {
        do {
            let database = try await CADatabase(path: path, logger: Self.quiet)
            defer { database.close() }
            let lines = try await database.driver.read("PRAGMA integrity_check(5)").map { try $0.text("integrity_check") }
            guard lines == ["ok"] else { throw CommandFailure("it is damaged: \(lines.joined(separator: "; "))") }
            let generations = try await database.generations.all().map(\.certificate)
            // The file may be of an older or of a newer root of this CA.
            let root = try? String(contentsOfFile: directory.root, encoding: .utf8)
            guard generations.contains(where: { $0.pem == root }) else { throw CommandFailure("it is the backup of another CA") }
            let services = try await database.services()
            await carryOver(configuration, directory, generations, to: services.revocationLists)
            // The log goes on as the backup knew it, and says so.
            try await services.audit.add(.operation, ["operation": "Restore", "uid": String(getuid()), "arguments": file])
        } catch {
            throw CommandFailure("\(file) was not restored: \(AdminMessage.describe(error))")
        }
    }

    /// The newest CRLs of the present database, as far as it can be read.
    private func carryOver(
        _ configuration: Configuration, _ directory: DataDirectory, _ generations: [Certificate], to lists: RevocationLists
    ) async {
        do {
            let present = try await CADatabase(path: directory.file(configuration.database), logger: Self.quiet)
            defer { present.close() }
            let services = try await present.services()
            for issuer in generations.map(\.authorityKey) {
                for head in try await services.revocationLists.heads(issuerKey: issuer) {
                    guard let list = try await services.revocationLists.current(head.scope) else { continue }
                    try await lists.adopt(list)
                }
            }
        } catch {
            Terminal.printError(
                "the present database cannot be read (\(AdminMessage.describe(error))): publish new CRLs with `muster crl publish --root`")
        }
    }

    private static var quiet: Logger {
        var logger = Logger(label: "muster")
        logger.logLevel = .error
        return logger
    }

    /// - Returns: where the former database is now.
    private func replace(_ target: String, with staged: String) throws -> String {
        let kept = target + ".before-restore-" + String(Int(Date().timeIntervalSince1970))
        for suffix in ["-wal", "-shm", ""] where FileManager.default.fileExists(atPath: target + suffix) {
            guard rename(target + suffix, kept + suffix) == 0 else {
                throw CommandFailure("\(target + suffix): \(String(cString: strerror(errno)))")
            }
        }
        guard rename(staged, target) == 0 else { throw CommandFailure("\(target): \(String(cString: strerror(errno)))") }
        return kept
    }
}
