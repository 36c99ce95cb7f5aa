import ArgumentParser
import Foundation
import Logging
import Persistence

/// `muster restore FILE`
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Put a backup in the place of the database, while no server runs.",
        discussion: """
            The present database is kept beside it, under a name with the time. Serial numbers are random and CRL numbers follow the
            clock, so neither is used twice. Certificates issued after the backup was made are not known any more: the server cannot
            answer for their status, and cannot revoke them.
            """)

    @Argument(help: "The file that `muster backup` made.") var file: String
    @OptionGroup var location: LocationOptions

    func run() async throws {
        let directory = location.directory
        let configuration = try ConfigurationFile.load(directory)
        guard let lock = try DirectoryLock(directory) else { throw CommandFailure("stop the server first: it works in \(directory.path)") }
        let target = directory.file(configuration.database)
        let staged = target + ".restoring"
        try? FileManager.default.removeItem(atPath: staged)
        do {
            try FileManager.default.copyItem(atPath: file, toPath: staged)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: staged)
        } catch {
            throw CommandFailure("\(file) cannot be copied to \(staged): \(error.localizedDescription)")
        }
        defer { for suffix in ["", "-wal", "-shm"] { unlink(staged + suffix) } }
        try await check(staged, configuration, directory)
        let kept = try replace(target, with: staged)
        withExtendedLifetime(lock) { print("restored; the former database is \(kept)") }
    }

    /// The backup must be whole, of this CA and not of a newer program; its tables are brought up to date.
    private func check(_ path: String, _ configuration: Configuration, _ directory: DataDirectory) async throws {
        var logger = Logger(label: "muster")
        logger.logLevel = .error
        do {
            let database = try await CADatabase(path: path, logger: logger)
            defer { database.close() }
            let lines = try await database.driver.read("PRAGMA integrity_check(5)").map { try $0.text("integrity_check") }
            guard lines == ["ok"] else { throw CommandFailure("\(file) is damaged: \(lines.joined(separator: "; "))") }
            let hierarchy = try await Hierarchy(database.generations, baseURL: configuration.urls.http)
            let root = try? String(contentsOfFile: directory.root, encoding: .utf8)
            guard root == hierarchy.root.certificate.pem else { throw CommandFailure("\(file) is the backup of another CA") }
        } catch {
            throw CommandFailure("\(file) was not restored: \(AdminMessage.describe(error))")
        }
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
