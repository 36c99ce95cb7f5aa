import ArgumentParser
import Foundation

/// `muster backup FILE`
struct BackupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Write a consistent copy of the database to a file, while the server runs.",
        discussion: """
            The file holds certificates, trails and hashed credentials; its mode is 0600. The keys and muster.yaml are not in it: they
            change seldom, so keep a copy of the directory as well.
            """)

    @Argument(help: "The file to make; it must not exist yet.") var file: String
    @OptionGroup var location: LocationOptions

    func run() async throws {
        let path = URL(fileURLWithPath: file).standardizedFileURL.path
        _ = try await location.perform(BackUp(path: path))
        print("\(path) holds the whole database")
    }
}
