import ArgumentParser
import EnrollmentCore
import Foundation

/// `muster revoke SERIAL`
struct RevokeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Revoke a certificate, or put it on hold.",
        discussion: """
            OCSP says so at once. The CRL says so at its next publication, which `muster crl publish` makes now and a keyCompromise makes by
            itself. A revocation is for good and can only be raised to keyCompromise; a certificateHold can be taken back by `muster release`.
            Reasons: \(RevocationDesk.reasons.map(\.name).joined(separator: ", ")).
            """)

    @Argument(help: "The serial number in hex, as `muster list` prints it.") var serial: String
    @Option(help: "Why; one of the reasons of RFC 5280 (see below).") var reason: String = "unspecified"
    @Option(
        name: .customLong("invalid-since"),
        help: ArgumentHelp("When the key was lost, if earlier; ISO 8601, as 2026-11-20 or 2026-11-20T08:00:00Z.", valueName: "instant"))
    var invalidSince: String?
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        let reasons = RevocationDesk.reasons.map(\.name)
        guard reasons.contains(reason) else { throw ValidationError("--reason takes one of \(reasons.joined(separator: ", "))") }
        guard invalidSince == nil || instant != nil else { throw ValidationError("--invalid-since takes a day or an instant of ISO 8601") }
    }

    private var instant: Date? {
        invalidSince.flatMap { try? Date($0.contains("T") ? $0 : $0 + "T00:00:00Z", strategy: .iso8601) }
    }

    func run() async throws {
        let revoked = try await location.perform(RevokeCertificate(serial: serial, reason: reason, invalidSince: instant))
        try output.print(revoked) { "\(revoked.serial) (\(revoked.subject)) is revoked: \(reason)" }
    }
}
