import Foundation

/// Copies the database while it is in use.
struct BackUp: AdminOperation {
    /// Absolute; the server's user makes the file.
    let path: String
    /// Seals the copy; nil leaves it readable to the server's user.
    let passphrase: String?

    func perform(in administration: Administration) async throws -> Done {
        guard path.hasPrefix("/") else { throw CommandFailure("the path of a backup must be absolute") }
        guard let passphrase else {
            try await administration.core.database.backup(to: path)
            return Done()
        }
        guard !FileManager.default.fileExists(atPath: path) else { throw CommandFailure("\(path) exists already") }
        // In the CA's own directory: nowhere else does it lie open.
        let copy = administration.directory.file("backup-\(UUID().uuidString)")
        defer { unlink(copy) }
        try await administration.core.database.backup(to: copy)
        try SealedFile.seal(copy, to: path, passphrase: passphrase)
        return Done()
    }
}
