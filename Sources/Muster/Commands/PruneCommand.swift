import ArgumentParser

/// `muster prune`
struct PruneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Delete what is older than muster.yaml wants kept: raw requests, transactions, expired certificates, the audit log.",
        discussion: """
            The server does the same every hour. Each deletion has its entry in the audit log, which stays verifiable. The CA's own
            certificates, and those revoked for keyCompromise, are never deleted.
            """)

    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let result = try await location.perform(Prune())
        try output.print(result) {
            "deleted: \(result.rawRequests) raw requests, \(result.transactions) transactions, \(result.certificates) certificates, "
                + "\(result.auditEntries) audit entries"
        }
    }
}
