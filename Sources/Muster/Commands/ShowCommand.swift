import ArgumentParser
import Foundation

/// `muster show SERIAL`
struct ShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show", abstract: "Show one certificate: its fields, its status, how it came to be, and its PEM.")

    @Argument(help: "The serial number in hex, as `muster list` prints it.") var serial: String
    @Flag(help: "Print the PEM and nothing else.") var pem = false
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let certificate = try await location.perform(ShowCertificate(serial: serial))
        guard !pem else {
            guard let text = certificate.pem else { throw CommandFailure("the certificate \(serial) was never signed") }
            return print(text, terminator: "")
        }
        try output.print(certificate) {
            let facts: [(String, String?)] = [
                ("serial", certificate.summary.serial), ("status", certificate.summary.status.rawValue),
                ("revoked", certificate.revokedAt.map { "\($0.second), \(certificate.revocationReason ?? "")" }),
                ("subject", certificate.summary.subject), ("names", certificate.summary.names), ("issuer", certificate.issuer),
                ("valid from", certificate.summary.notBefore.second), ("valid until", certificate.summary.notAfter.second),
                ("key", certificate.key), ("SHA-256", certificate.sha256), ("SHA-1", certificate.sha1),
                ("template", "\(certificate.summary.template) version \(certificate.templateVersion)"),
                ("endpoint", certificate.summary.endpoint),
                ("principal", certificate.principal), ("transaction", certificate.summary.transaction),
            ]
            return facts.compactMap { name, value in value.map { (name + ":").padded(to: 13) + $0 } }
                .joined(separator: "\n") + "\n" + (certificate.pem ?? "never signed")
        }
    }
}
