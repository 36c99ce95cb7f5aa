import ArgumentParser
import Foundation

/// `muster endpoint setup NAME --for TARGET`
struct EndpointSetupCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "setup", abstract: "Print what an MDM or a client needs to enroll at a SCEP endpoint, with a secret made for it.",
        discussion: """
            Targets: \(SetupTarget.allCases.map(\.rawValue).joined(separator: ", ")).
            The secret is shown once. With --output, the profile, the PKCS #12 file and the commands are written there instead of printed.
            """)

    @Argument(help: "The endpoint, for example scep-default.") var name: String
    @Option(name: .customLong("for"), help: ArgumentHelp("What it is set up for.", valueName: "target")) var target: SetupTarget
    @Option(
        parsing: .upToNextOption, help: ArgumentHelp("Names that the secret covers, exact or as patterns.", valueName: "pattern"))
    var names: [String] = []
    @Option(help: ArgumentHelp("The one device that is set up; in a profile, the common name to ask for.", valueName: "name"))
    var device: String?
    @Option(help: "How long the challenge is good for.") var ttl: TimeSpan?
    @Flag(help: "Make a signing certificate for a proxy, register it, and pack it with its chain as PKCS #12.") var signer = false
    @Option(help: ArgumentHelp("A new directory for the files.", valueName: "dir")) var output: String?
    @OptionGroup var location: LocationOptions
    @OptionGroup var format: OutputOptions

    func validate() throws {
        guard !names.isEmpty || device != nil else { throw ValidationError("--names or --device says what the secret covers") }
        if [.certmonger, .strongswan, .ciscoIOS].contains(target), device == nil {
            throw ValidationError("\(target.rawValue) is one device: --device NAME")
        }
    }

    func run() async throws {
        let covered = names.isEmpty ? [device ?? ""] : names
        let lifetime = ttl?.seconds ?? (target.sharesSecret ? 30 * 86_400 : 3600)
        let facts = try await location.perform(
            SetUpEndpoint(
                endpoint: name, target: target, names: covered, device: device, seconds: lifetime, makesSigner: signer))
        let files = try output.map { try write(facts, to: $0) }
        try format.print(facts) { text(facts, files: files) }
    }

    private func write(_ facts: SetupFacts, to directory: String) throws -> [String] {
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        var files: [String] = []
        func write(_ name: String, _ contents: Data) throws {
            let path = URL(fileURLWithPath: directory).appendingPathComponent(name).path
            guard FileManager.default.createFile(atPath: path, contents: contents, attributes: [.posixPermissions: 0o600]) else {
                throw CommandFailure("\(path) cannot be written")
            }
            files.append(path)
        }
        if let profile = facts.profile { try write("scep.mobileconfig", Data(profile.utf8)) }
        if let file = facts.pkcs12.flatMap({ Data(base64Encoded: $0) }) { try write("signer.p12", file) }
        if let commands = facts.commands { try write("enroll.sh", Data((commands + "\n").utf8)) }
        return files
    }

    private func text(_ facts: SetupFacts, files: [String]?) -> String {
        var lines = ["URL          \(facts.url)"]
        func add(_ label: String, _ value: String?) {
            if let value { lines.append(label.padding(toLength: 13, withPad: " ", startingAt: 0) + value) }
        }
        if target.fetchesPasswords { add("page", facts.adminURL) }
        add("challenge", facts.challenge)
        add("user", facts.username)
        add("password", facts.password)
        add("covers", facts.covers.joined(separator: " "))
        add("root", facts.rootFile)
        add("root SHA-256", facts.rootSHA256)
        add("root SHA-1", facts.rootSHA1)
        add("CA SHA-256", facts.issuerSHA256)
        add("CA SHA-1", facts.issuerSHA1)
        add("p12 phrase", facts.pkcs12Passphrase)
        files?.forEach { add("file", $0) }
        lines += ["", "What to do"] + facts.steps.map { "  * \($0)" }
        lines += ["", "Renewal", "  * \(facts.renewal)", "", "What it cannot do"] + facts.limits.map { "  * \($0)" }
        if files == nil, let commands = facts.commands { lines += ["", commands] }
        if files == nil, let profile = facts.profile { lines += ["", profile] }
        if files == nil, let file = facts.pkcs12 { lines += ["", "PKCS #12, base64:", file] }
        return lines.joined(separator: "\n")
    }
}

extension SetupTarget: ExpressibleByArgument {}
