import ArgumentParser
import PKIFormats

/// `muster revoke SERIAL`
struct RevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Revoke a certificate.",
        discussion: """
            OCSP says so at once, the CRL at its next publication: `muster crl publish` makes that now.
            Reasons: \(RevokeCommand.reasons.joined(separator: ", ")).
            """)

    static let reasons = RevocationReason.allCases.filter { $0 != .removeFromCRL && $0 != .certificateHold }.map(\.name)

    @Argument(help: "The serial number in hex, as `muster list` prints it.") var serial: String
    @Option(help: "Why; one of the reasons of RFC 5280 (see below).") var reason: String = "unspecified"
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard Self.reasons.contains(reason) else { throw ValidationError("--reason takes one of \(Self.reasons.joined(separator: ", "))") }
    }

    func run() async throws {
        let revoked = try await location.perform(RevokeCertificate(serial: serial, reason: reason))
        try output.print(revoked) { "\(revoked.serial) (\(revoked.subject)) is revoked: \(reason)" }
    }
}
