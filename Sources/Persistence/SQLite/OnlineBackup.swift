import Foundation
internal import GRDB

/// SQLite's backup interface over one reader's snapshot: the writer goes on meanwhile.
struct OnlineBackup {
    let source: DatabasePool

    /// Writes beside the target, brings it to stable storage and only then gives it its name: a half-written backup is never found.
    func write(to path: String) throws(PersistenceError) {
        guard !FileManager.default.fileExists(atPath: path) else { throw .unavailable("\(path) exists already") }
        let partial = try SecretFile(path: path + ".partial", mustBeNew: true).path
        do {
            let target = try DatabaseQueue(path: partial)
            try source.backup(to: target)
            try target.close()
        } catch {
            unlink(partial)
            throw PersistenceError(error)
        }
        try SecretFile.synchronize(partial)
        guard link(partial, path) == 0 else {
            let reason = String(cString: strerror(errno))
            unlink(partial)
            throw .unavailable("\(path): \(reason)")
        }
        unlink(partial)
        try SecretFile.synchronize(URL(fileURLWithPath: path).deletingLastPathComponent().path)
    }
}
