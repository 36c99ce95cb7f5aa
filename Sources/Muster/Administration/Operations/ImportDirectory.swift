import EnrollmentCore
import Persistence

/// Puts a directory's export in the place of all that came from it before, or nothing.
struct ImportDirectory: AdminOperation {
    struct Reply: Codable, Sendable {
        let source: String
        let entries: Int
    }

    let source: String
    /// Comma-separated values; empty removes the source.
    let text: String

    func perform(in administration: Administration) async throws -> Reply {
        guard (1...100).contains(source.utf8.count), source.utf8.allSatisfy({ (0x21...0x7e).contains($0) }) else {
            throw CommandFailure("a source has 1 to 100 visible characters, for example ad:corp.example")
        }
        let entries = text.isEmpty ? [] : try DirectoryFile.entries(text, source: source)
        do throws(PersistenceError) {
            try await administration.core.directory.replace(source: source, with: entries)
        } catch {
            guard case .unmet(let key) = error else { throw error }
            throw CommandFailure(
                "'\(key ?? "an entry")' came from another source: `muster directory list` shows which; nothing was changed")
        }
        return Reply(source: source, entries: entries.count)
    }
}
