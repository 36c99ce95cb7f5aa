import Foundation
import Persistence
import SigningKeys

/// The files of a CA's directory that a backup carries beside the database: `muster.yaml`, the certificates, and the keys, encrypted as they are.
/// What lies open there (a TLS key of one's own, the secret of the alerts' webhook, a PIN) goes only into a backup that is encrypted itself; the
/// passphrase of the keys into none.
struct BackupFiles {
    struct File: Sendable, Equatable {
        /// Relative to the directory, with at most one folder.
        let name: String
        let text: String
    }

    /// Bytes; none of these files comes near it.
    private static let limit = 1 << 20

    let configuration: Configuration
    let directory: DataDirectory

    // MARK: Into a backup

    /// - Returns: what goes in, and the names of what would lie open there.
    func collect(isSealed: Bool) throws -> (files: [File], leftOut: [String]) {
        var files: [File] = []
        var leftOut: [String] = []
        for (name, isOpen) in try names() {
            guard Self.isPlace(name), let text = try? String(contentsOfFile: directory.file(name), encoding: .utf8),
                text.utf8.count <= Self.limit
            else { continue }
            if isSealed || !isOpen { files.append(File(name: name, text: text)) } else { leftOut.append(name) }
        }
        return (files, leftOut)
    }

    private func names() throws -> [(String, isOpen: Bool)] {
        let known = [
            "muster.yaml", directory.root, directory.chain, directory.registrationAuthority, directory.auditKey, directory.request,
        ].map { URL(fileURLWithPath: $0).lastPathComponent }
        let tls = [configuration.tls.https, configuration.tls.est].compactMap(\.self)
        let secrets = tls.map(\.key) + [configuration.alerts?.secretFile].compactMap(\.self)
        return (known + tls.map(\.certificate)).map { ($0, isOpen: false) } + secrets.map { ($0, isOpen: true) } + (try keys())
    }

    private func keys() throws -> [(String, isOpen: Bool)] {
        guard Self.isPlace(configuration.keys) else { return [] }
        let folder = directory.file(configuration.keys)
        return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().compactMap { name in
            guard name.hasSuffix(".pem") || name.hasSuffix(".uri") else { return nil }
            let text = (try? String(contentsOfFile: "\(folder)/\(name)", encoding: .utf8)) ?? ""
            let isSealed = name.hasSuffix(".pem") ? text.contains("BEGIN ENCRYPTED PRIVATE KEY") : !text.contains("pin-value")
            return ("\(configuration.keys)/\(name)", isOpen: !isSealed)
        }
    }

    /// Writes files into a finished copy of the database, as a table that only `muster restore` knows.
    static func add(_ files: [File], to path: String) async throws {
        let database = try SQLiteDatabase(path: path)
        defer { database.close() }
        try await database.write(
            WriteUnit(
                [Statement("CREATE TABLE backup_files (name TEXT PRIMARY KEY, body TEXT NOT NULL)")]
                    + files.map { Statement("INSERT INTO backup_files (name, body) VALUES (?, ?)", [.text($0.name), .text($0.text)]) }))
    }

    // MARK: Out of a backup

    /// Takes the files out of a copy; none in one of an older program.
    static func take(from path: String) async throws -> [File] {
        let database = try SQLiteDatabase(path: path)
        defer { database.close() }
        guard try await !database.read("SELECT name FROM sqlite_master WHERE name = 'backup_files'").isEmpty else { return [] }
        let files = try await database.read("SELECT name, body FROM backup_files ORDER BY name LIMIT 1000").map {
            File(name: try $0.text("name"), text: try $0.text("body"))
        }
        guard files.allSatisfy({ isPlace($0.name) }) else { throw CommandFailure("it names files outside the CA's directory") }
        try await database.write(Statement("DROP TABLE backup_files"))
        return files
    }

    /// Writes what is missing in the directory.
    /// - Returns: what was written, and what is there and different.
    static func putBack(_ files: [File], into directory: DataDirectory) throws -> (written: [String], different: [String]) {
        var result: (written: [String], different: [String]) = ([], [])
        for file in files {
            let path = directory.file(file.name)
            if FileManager.default.fileExists(atPath: path) {
                if (try? String(contentsOfFile: path, encoding: .utf8)) != file.text { result.different.append(file.name) }
                continue
            }
            try FileManager.default.createDirectory(
                atPath: URL(fileURLWithPath: path).deletingLastPathComponent().path, withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700])
            let isForAll =
                !file.name.contains("/") && file.text.contains("BEGIN CERTIFICATE") || file.text.hasPrefix("-----BEGIN PUBLIC KEY")
            try PrivateFile.create(path, file.text, readers: isForAll ? .everybody : .owner)
            result.written.append(file.name)
        }
        return result
    }

    /// Whether a name stays inside the directory.
    private static func isPlace(_ name: String) -> Bool {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        return (1...2).contains(parts.count) && parts.allSatisfy { !$0.isEmpty && !$0.hasPrefix(".") }
    }
}
