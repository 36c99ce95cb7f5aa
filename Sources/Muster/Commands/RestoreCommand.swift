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
            The present database is kept beside it, under a name with the time. Of the files beside the database those that are missing are put
            back, and those that are there stay: in an empty directory this makes the whole CA anew. Serial numbers are random, and CRL numbers follow the
            clock and go on from the present lists, so neither is used twice. What happened after the backup was made is forgotten:
            certificates issued since cannot be revoked any more, revocations must be made again.
            """)

    @Argument(help: "The file that `muster backup` made.") var file: String
    @Option(help: ArgumentHelp("Decrypt with the passphrase in the first line of this file.", valueName: "file")) var decrypt: String?
    @OptionGroup var location: LocationOptions

    func run() async throws {
        let directory = location.directory
        try FileManager.default.createDirectory(
            atPath: directory.path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        guard let lock = try DirectoryLock(directory) else { throw CommandFailure("stop the server first: it works in \(directory.path)") }
        let copy = directory.file("restoring.db")
        removeCopy(copy)
        defer { removeCopy(copy) }
        try stage(copy)
        let files = try await takeFiles(from: copy)
        let (written, different) = try BackupFiles.putBack(files, into: directory)
        do {
            let configuration = try ConfigurationFile.load(directory)
            let target = directory.file(configuration.database)
            try await check(copy, configuration, directory)
            let kept = try replace(target, with: copy)
            print("restored" + (kept.map { "; the former database is \($0)" } ?? ""))
        } catch {
            for name in written { unlink(directory.file(name)) }
            throw error
        }
        if !written.isEmpty { print("put back: \(written.joined(separator: ", "))") }
        if !different.isEmpty { print("left as they are, though the backup has others: \(different.joined(separator: ", "))") }
        withExtendedLifetime(lock) {}
    }

    private func takeFiles(from copy: String) async throws -> [BackupFiles.File] {
        do {
            return try await BackupFiles.take(from: copy)
        } catch {
            throw CommandFailure("\(file) was not restored: \(AdminMessage.describe(error))")
        }
    }

    private func removeCopy(_ path: String) { for suffix in ["", "-wal", "-shm"] { unlink(path + suffix) } }

    private func stage(_ staged: String) throws {
        guard FileManager.default.fileExists(atPath: file) else { throw CommandFailure("\(file) cannot be read") }
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
        // On an empty host there is none: the numbers of the lists follow the clock, and so go on.
        guard FileManager.default.fileExists(atPath: directory.file(configuration.database)) else { return }
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

    /// - Returns: where the former database is now; nil where there was none.
    private func replace(_ target: String, with copy: String) throws -> String? {
        let kept = target + ".before-restore-" + String(Int(Date().timeIntervalSince1970))
        let wasThere = FileManager.default.fileExists(atPath: target)
        for suffix in ["-wal", "-shm", ""] where FileManager.default.fileExists(atPath: target + suffix) {
            guard rename(target + suffix, kept + suffix) == 0 else {
                throw CommandFailure("\(target + suffix): \(String(cString: strerror(errno)))")
            }
        }
        do {
            // The database may lie in another file system than the directory.
            try FileManager.default.moveItem(atPath: copy, toPath: target)
        } catch {
            throw CommandFailure("\(target): \(error.localizedDescription)")
        }
        return wasThere ? kept : nil
    }
}
