import ArgumentParser

/// `muster release SERIAL`
struct ReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Take a certificate off hold.",
        discussion: """
            Only what was revoked with the reason certificateHold can be released. OCSP says so at once, the CRL at its next publication: the
            certificate is gone from it, and a delta says removeFromCRL.
            """)

    @Argument(help: "The serial number in hex, as `muster list` prints it.") var serial: String
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let released = try await location.perform(ReleaseCertificate(serial: serial))
        try output.print(released) { "\(released.serial) (\(released.subject)) is off hold" }
    }
}
