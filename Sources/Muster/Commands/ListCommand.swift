import ArgumentParser

/// `muster list`
struct ListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List certificates, newest first.",
        discussion: "Filters narrow each other down. Without --status, every certificate is listed, the CA's own included.")

    @Option(help: "Only one status: valid, expired, revoked or unfinished.") var status: CertificateSummary.Status?
    @Option(help: ArgumentHelp("Only certificates of this endpoint.", valueName: "name")) var endpoint: String?
    @Option(help: ArgumentHelp("Only certificates of this template.", valueName: "name")) var template: String?
    @Option(help: ArgumentHelp("Only certificates whose subject or alternative names hold this text.", valueName: "text")) var name: String?
    @Option(help: ArgumentHelp("Only certificates that end within so many days.", valueName: "days")) var expiring: Int?
    @Option(help: "At most so many.") var limit: Int = 100
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit takes 1 to 10000") }
        guard expiring.map({ (0...36_500).contains($0) }) ?? true else { throw ValidationError("--expiring takes 0 to 36500 days") }
    }

    func run() async throws {
        let reply = try await location.perform(
            ListCertificates(status: status, endpoint: endpoint, template: template, name: name, expiringWithinDays: expiring, limit: limit)
        )
        try output.print(reply) {
            TextTable.render(
                ["SERIAL", "STATUS", "UNTIL", "ENDPOINT", "TEMPLATE", "SUBJECT", "NAMES"],
                reply.certificates.map { [$0.serial, $0.status.rawValue, $0.notAfter.day, $0.endpoint, $0.template, $0.subject, $0.names] })
        }
    }
}

extension CertificateSummary.Status: ExpressibleByArgument {}
