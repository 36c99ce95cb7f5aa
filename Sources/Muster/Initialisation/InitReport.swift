/// What `muster init` tells a person.
struct InitReport {
    let result: Initialiser.Result
    let configuration: Configuration
    let directory: DataDirectory

    var text: String {
        let ca = result.overview.ca
        var lines = [
            "\(configuration.name) is ready in \(directory.path)",
            "",
            "Root CA     \(ca.rootFile)",
            "  SHA-256   \(Fingerprint.grouped(ca.rootSHA256))",
            "  SHA-1     \(Fingerprint.grouped(ca.rootSHA1))",
            "Issuing CA  \(ca.chainFile)",
            "  SHA-256   \(Fingerprint.grouped(ca.issuerSHA256))",
            "",
            "Endpoints",
        ]
        lines += result.overview.endpoints.map { "  " + $0.protocol.padded(to: 6) + $0.url }
        lines += [""] + credentials + [""] + nextSteps
        return lines.joined(separator: "\n")
    }

    private var credentials: [String] {
        let first = result.credentials.credentials
        let kind = result.credentials.isOneTime ? "one-time challenge, good for a day" : "challenge"
        return [
            "Credentials, for the names \(result.credentials.covers.joined(separator: "  "))",
            "  scep  \(kind): \(first.challenge)",
            "  est   user \(first.est.username), password \(first.est.password)",
            "  wstep user \(first.wstep.username), password \(first.wstep.password)",
            configuration.lab
                ? "They stay in \(directory.labCredentials), which only you can read."
                : "They are shown this once and stored only as hashes.",
        ]
    }

    private var nextSteps: [String] {
        var steps = [
            "Next",
            "  muster serve --dir \(directory.path)",
            "  muster doctor --dir \(directory.path)",
        ]
        if !configuration.lab {
            steps += [
                "  Keep \(directory.path)/keys and the passphrase apart from each other and from the backups.",
                "  The root's key is not needed to serve: move \(directory.path)/keys/root.pem to a safe place,",
                "  and bring it back for `muster crl publish --root` once a year.",
            ]
        }
        return steps
    }
}
