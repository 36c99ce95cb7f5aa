import ArgumentParser
import Foundation

/// `muster doctor`
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Check configuration, files, keys, certificates' lifetimes, CRL age and listeners.",
        discussion: "Exit status 0: all is well, or there are only warnings. 1: something needs you now.")

    struct Report: Codable {
        let findings: [Finding]
        let isHealthy: Bool
    }

    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let findings = await examine()
        let report = Report(findings: findings, isHealthy: !findings.contains { $0.level == .problem })
        try output.print(report) {
            let lines = findings.map { $0.level.rawValue.padded(to: 9) + $0.text }
            return (lines + ["", report.isHealthy ? "all is well" : "something needs you"]).joined(separator: "\n")
        }
        if !report.isHealthy { throw ExitCode.failure }
    }

    private func examine() async -> [Finding] {
        let directory = location.directory
        let configuration: Configuration
        do {
            configuration = try ConfigurationFile.load(directory)
        } catch {
            return [Finding(.problem, AdminMessage.describe(error))]
        }
        var findings = [Finding(.fine, "\(directory.configurationFile) is in order")]
        findings += FileChecks(configuration: configuration, directory: directory).findings()
        findings += CertificateFileChecks(configuration: configuration, directory: directory).findings()
        do {
            let diagnosis = try await location.perform(Diagnose())
            findings += diagnosis.findings
            findings += await keyFindings(configuration, diagnosis.keys)
        } catch {
            findings.append(Finding(.problem, AdminMessage.describe(error)))
        }
        return findings + ListenerChecks(listeners: configuration.listeners).findings()
    }

    private func keyFindings(_ configuration: Configuration, _ expected: [Diagnose.KeyCheck]) async -> [Finding] {
        do {
            let passphrase = try location.passphrase.read(configuration, in: location.directory)
            let keys = KeyDirectory(path: location.directory.file(configuration.keys))
            try TokenPINs.ask(for: keys.references())
            return await KeyChecks(keys: keys, passphrase: passphrase).findings(expected)
        } catch {
            return [Finding(.warning, "the keys were not checked: \(AdminMessage.describe(error))")]
        }
    }
}
