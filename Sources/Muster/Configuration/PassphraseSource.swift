import Foundation

/// Where the passphrase of the CA's keys comes from: `--passphrase-file`, `MUSTER_PASSPHRASE`, `MUSTER_PASSPHRASE_FILE`, the
/// configuration's `passphraseFile`, and at last a prompt, in this order.
struct PassphraseSource: Sendable {
    static let minimumLength = 12

    /// The file named on the command line.
    private let file: String?
    /// What was asked for before.
    private let known: String?

    init(file: String?) {
        self.file = file
        known = nil
    }

    init(known: String) {
        file = nil
        self.known = known
    }

    /// The passphrase of keys that exist.
    func read(_ configuration: Configuration, in directory: DataDirectory) throws -> String {
        if let given = try given() { return given }
        if let file = configuration.passphraseFile { return try Self.contents(of: directory.file(file)) }
        return try Terminal.readSecret("Passphrase of the CA's keys: ")
    }

    /// A passphrase for new keys; nil in the lab when none was given: make one.
    func choose(isLab: Bool) throws -> String? {
        if let given = try given() { return try Self.checked(given) }
        guard !isLab else { return nil }
        let first = try Self.checked(Terminal.readSecret("New passphrase for the CA's keys (\(Self.minimumLength) characters or more): "))
        guard try Terminal.readSecret("The same again: ") == first else {
            throw CommandFailure("the two passphrases differ; nothing was made")
        }
        return first
    }

    /// A new passphrase for something else than the keys, from the first line of a file.
    static func new(_ path: String) throws -> String { try checked(contents(of: path)) }

    /// The passphrase of a file that was made with `new`.
    static func known(_ path: String) throws -> String { try contents(of: path) }

    private func given() throws -> String? {
        if let known { return known }
        if let file { return try Self.contents(of: file) }
        let environment = ProcessInfo.processInfo.environment
        if let text = environment["MUSTER_PASSPHRASE"], !text.isEmpty { return text }
        if let file = environment["MUSTER_PASSPHRASE_FILE"], !file.isEmpty { return try Self.contents(of: file) }
        return nil
    }

    private static func contents(of path: String) throws -> String {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw CommandFailure("the passphrase file \(path) cannot be read")
        }
        let line = text.prefix { !$0.isNewline }
        guard !line.isEmpty else { throw CommandFailure("the passphrase file \(path) is empty") }
        return String(line)
    }

    private static func checked(_ text: String) throws -> String {
        guard text.count >= minimumLength else {
            throw CommandFailure("a passphrase has \(minimumLength) characters or more")
        }
        return text
    }
}
