import EnrollmentCore
import Foundation
import PKIFormats

/// What `serve` prints when it is ready: where each protocol is, and in the lab a command that works as printed.
struct Announcement {
    private let configuration: Configuration
    private let directory: DataDirectory
    private let overview: Overview
    private let lab: LabCredentials?

    init(_ configuration: Configuration, _ directory: DataDirectory, hierarchy: Hierarchy, catalog: Catalog) {
        self.configuration = configuration
        self.directory = directory
        lab = configuration.lab ? LabCredentials.load(directory) : nil
        overview = Overview(
            configuration, directory, root: hierarchy.root, issuing: hierarchy.issuing, catalog: catalog)
    }

    var text: String {
        var lines = [
            "\(configuration.name) serves", "  root certificate  \(overview.ca.rootFile)",
            "  SHA-256           \(Fingerprint.grouped(overview.ca.rootSHA256))",
            "  SHA-1             \(Fingerprint.grouped(overview.ca.rootSHA1))",
        ]
        let commands = lab.map { ClientCommands(overview: overview, credentials: $0, acmePort: configuration.acme.httpPort) }
        for endpoint in overview.endpoints where endpoint.isDisabled != true {
            lines += ["", "\(Self.title(endpoint.protocol))  \(endpoint.url)"]
            if let lab { lines.append("  credential  " + Self.credential(endpoint, lab)) }
            if let command = commands?.command(for: endpoint) { lines.append("  try         \(command)") }
        }
        lines += [
            "",
            lab == nil
                ? "Ctrl-C stops it; `muster endpoints` shows the URLs again."
                : "A lab: the credentials are in \(directory.labCredentials). Ctrl-C stops it.",
        ]
        return lines.joined(separator: "\n")
    }

    private static func title(_ word: String) -> String {
        switch word {
        case "scep": "SCEP"
        case "est": "EST "
        case "acme": "ACME"
        case "xcep": "XCEP (Windows policy)"
        case "wstep": "WSTEP (Windows enrollment)"
        default: word
        }
    }

    private static func credential(_ endpoint: Overview.Endpoint, _ lab: LabCredentials) -> String {
        switch endpoint.protocol {
        case "scep": "challenge \(lab.challenge)"
        case "est": "user \(lab.est.username), password \(lab.est.password)"
        case "acme": "none: the name is validated by http-01"
        default: "user \(lab.wstep.username), password \(lab.wstep.password)"
        }
    }
}
