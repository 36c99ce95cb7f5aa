import Foundation

/// Copies the database while it is in use, with the files beside it that make it a CA.
struct BackUp: AdminOperation {
    struct Reply: Codable, Sendable {
        /// Relative to the CA's directory.
        let files: [String]
        /// What would lie open in this backup.
        let leftOut: [String]
    }

    /// Absolute; the server's user makes the file.
    let path: String
    /// Seals the copy; nil leaves it readable to the server's user.
    let passphrase: String?

    func perform(in administration: Administration) async throws -> Reply {
        guard path.hasPrefix("/") else { throw CommandFailure("the path of a backup must be absolute") }
        guard !FileManager.default.fileExists(atPath: path) else { throw CommandFailure("\(path) exists already") }
        // What is sealed later lies open in the CA's own directory, and nowhere else.
        let copy = passphrase == nil ? path + ".making" : administration.directory.file("backup-\(UUID().uuidString)")
        defer { for suffix in ["", "-wal", "-shm"] { unlink(copy + suffix) } }
        try await administration.core.database.backup(to: copy)
        let (files, leftOut) = try BackupFiles(configuration: administration.configuration, directory: administration.directory)
            .collect(isSealed: passphrase != nil)
        try await BackupFiles.add(files, to: copy)
        if let passphrase {
            try SealedFile.seal(copy, to: path, passphrase: passphrase)
        } else {
            guard link(copy, path) == 0 else { throw CommandFailure("\(path): \(String(cString: strerror(errno)))") }
        }
        return Reply(files: files.map(\.name), leftOut: leftOut)
    }
}
