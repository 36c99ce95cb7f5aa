import Foundation

/// A file that only its owner may read: made with mode 0600, or set to it.
struct SecretFile {
    let path: String

    /// - Parameter mustBeNew: refuse a file that exists.
    init(path: String, mustBeNew: Bool = false) throws(PersistenceError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC | (mustBeNew ? O_EXCL : 0), 0o600)
        guard descriptor >= 0 else { throw .unavailable("\(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        guard fchmod(descriptor, 0o600) == 0 else { throw .unavailable("\(path): \(String(cString: strerror(errno)))") }
        self.path = path
    }

    /// Brings the contents, or of a directory its entries, to stable storage.
    static func synchronize(_ path: String) throws(PersistenceError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .unavailable("\(path): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw .unavailable("\(path): \(String(cString: strerror(errno)))") }
    }
}
