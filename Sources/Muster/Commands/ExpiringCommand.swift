import ArgumentParser

/// `muster expiring`
struct ExpiringCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "expiring",
        abstract: "List what ends soon: certificates, CAs, RA, OCSP responder, TLS certificate, CRLs.",
        discussion: """
            What the CA itself needs comes first, ended or not. Certificates of clients are listed when they are neither revoked nor renewed.
            The server tells of the same things by itself, in its log and by the webhook of muster.yaml (`alerts`).
            """)

    @Option(help: ArgumentHelp("How far to look ahead: 12h, 30d.", valueName: "span")) var within = TimeSpan(seconds: 30 * 86_400)
    @Option(help: "At most so many certificates of clients.") var limit: Int = 100
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit takes 1 to 10000") }
    }

    func run() async throws {
        let reply = try await location.perform(ListExpiring(seconds: within.seconds, limit: limit))
        try output.print(reply) {
            let table = TextTable.render(
                ["KIND", "ENDS", "NAME", "IDENTIFIER"], reply.expiring.map { [$0.kind.rawValue, $0.ends.second, $0.name, $0.identifier] })
            let listed = reply.expiring.filter { $0.kind == .certificate }.count
            return reply.certificates > listed ? table + "\n… and \(reply.certificates - listed) certificates more (--limit)" : table
        }
    }
}
