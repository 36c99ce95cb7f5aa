import Foundation

/// Small files that only their owner may read (0600), or that everybody may (0644). Never overwrites, never leaves half of one.
enum PrivateFile {
    enum Readers { case owner, everybody }

    static func create(_ path: String, _ contents: String, readers: Readers = .owner) throws {
        try write(path, contents, readers: readers) { temporary in link(temporary, path) }
    }

    /// Replaces the file in one step.
    static func replace(_ path: String, _ contents: String, readers: Readers = .owner) throws {
        try write(path, contents, readers: readers) { temporary in rename(temporary, path) }
    }

    /// The first line of a file that holds a secret.
    static func firstLine(of path: String) throws -> String {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { throw CommandFailure("\(path) cannot be read") }
        return String(text.prefix { !$0.isNewline })
    }

    private static func write(_ path: String, _ contents: String, readers: Readers, place: (String) -> Int32) throws {
        let temporary = "\(path).\(getpid()).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, readers == .owner ? 0o600 : 0o644)
        guard descriptor >= 0 else { throw failure(path) }
        fchmod(descriptor, readers == .owner ? 0o600 : 0o644)
        defer { unlink(temporary) }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try handle.write(contentsOf: Data(contents.utf8))
        try handle.synchronize()
        guard place(temporary) == 0 else { throw failure(path) }
    }

    private static func failure(_ path: String) -> CommandFailure { CommandFailure("\(path): \(String(cString: strerror(errno)))") }
}
