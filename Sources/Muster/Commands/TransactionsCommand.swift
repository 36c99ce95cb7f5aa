import ArgumentParser

/// `muster transactions`
struct TransactionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transactions",
        abstract: "List what clients asked and what became of it, newest first, whatever the protocol.",
        discussion: "`muster transaction ID` tells the story of one.")

    @Option(help: ArgumentHelp("Only this endpoint.", valueName: "name")) var endpoint: String?
    @Option(help: "Only this outcome: recorded, released, replayed, pending, refused, revoked or failed.") var outcome: String?
    @Option(help: "At most so many.") var limit: Int = 50
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit takes 1 to 10000") }
    }

    func run() async throws {
        let reply = try await location.perform(ListTransactions(endpoint: endpoint, outcome: outcome, limit: limit))
        try output.print(reply) {
            TextTable.render(
                ["ID", "AT", "ENDPOINT", "OPERATION", "OUTCOME", "CODE", "PEER", "SUBJECT"],
                reply.transactions.map {
                    [$0.id, $0.startedAt.second, $0.endpoint, $0.operation, $0.outcome, $0.code ?? "-", $0.peer ?? "-", $0.subject ?? "-"]
                })
        }
    }
}
