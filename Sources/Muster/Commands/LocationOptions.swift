import ArgumentParser
import Foundation

/// Which CA a command is about.
struct LocationOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The CA's directory; default: $MUSTER_DIR, else ./muster-data.", valueName: "dir"))
    var dir: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A file whose first line is the passphrase of the CA's keys; else $MUSTER_PASSPHRASE, "
                + "$MUSTER_PASSPHRASE_FILE, the configuration's passphraseFile, or a prompt.",
            valueName: "file"))
    var passphraseFile: String?

    var directory: DataDirectory { DataDirectory(dir ?? ProcessInfo.processInfo.environment["MUSTER_DIR"] ?? "muster-data") }
    var passphrase: PassphraseSource { PassphraseSource(file: passphraseFile) }

    func perform<Operation: AdminOperation>(_ operation: Operation) async throws -> Operation.Reply {
        try await AdminClient(directory: directory, passphrase: passphrase).perform(operation)
    }
}
