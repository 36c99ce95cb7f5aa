/// Copies the database while it is in use.
struct BackUp: AdminOperation {
    /// Absolute; the server's user makes the file.
    let path: String

    func perform(in administration: Administration) async throws -> Done {
        guard path.hasPrefix("/") else { throw CommandFailure("the path of a backup must be absolute") }
        try await administration.core.database.backup(to: path)
        return Done()
    }
}
