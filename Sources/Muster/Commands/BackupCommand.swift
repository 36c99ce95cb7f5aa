import ArgumentParser
import Foundation

/// `muster backup FILE`
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write a consistent copy of the CA to a file, while the server runs.",
        discussion: """
            The file holds the database (certificates, trails, hashed credentials), muster.yaml, and the keys, encrypted as they lie in the
            CA's directory: whoever has it and the passphrase of the keys is the CA. Its mode is 0600, and with --encrypt nobody reads any of
            it without that passphrase. The passphrase of the keys is never in it, nor are keys that live in a token; what lies open in the
            directory (TLS keys of your own, the secret of the alerts' webhook) is in it with --encrypt alone.
            """)

    @Argument(help: "The file to make; it must not exist yet.") var file: String
    @Option(
        help: ArgumentHelp(
            "Encrypt with AES-256-GCM under the passphrase in the first line of this file; without that passphrase the backup is lost.",
            valueName: "file"))
    var encrypt: String?
    @OptionGroup var location: LocationOptions

    func run() async throws {
        let path = URL(fileURLWithPath: file).standardizedFileURL.path
        let made = try await location.perform(BackUp(path: path, passphrase: encrypt.map(PassphraseSource.new)))
        print("\(path) holds the whole database and \(made.files.joined(separator: ", "))" + (encrypt == nil ? "" : ", encrypted"))
        if !made.leftOut.isEmpty {
            print("left out, for they would lie open in it (--encrypt takes them): \(made.leftOut.joined(separator: ", "))")
        }
    }
}
