import ArgumentParser
import Foundation

/// `muster backup FILE`
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write a consistent copy of the database to a file, while the server runs.",
        discussion: """
            The file holds certificates, trails and hashed credentials; its mode is 0600, and with --encrypt nobody reads it without the
            passphrase. The keys and muster.yaml are not in it: they change seldom, so keep a copy of the directory as well.
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
        _ = try await location.perform(BackUp(path: path, passphrase: encrypt.map(PassphraseSource.new)))
        print("\(path) holds the whole database" + (encrypt == nil ? "" : ", encrypted"))
    }
}
