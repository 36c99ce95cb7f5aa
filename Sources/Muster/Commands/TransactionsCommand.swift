import ArgumentParser
import Foundation

/// `muster transactions`
struct TransactionsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "transactions",
        abstract: "List what clients asked and what became of it, newest first, whatever the protocol.",
        discussion: "Filters narrow each other down. `muster transaction ID` tells the story of one.")

    @Option(help: ArgumentHelp("Only this endpoint.", valueName: "name")) var endpoint: String?
    @Option(help: "Only this outcome: recorded, released, replayed, pending, refused, revoked or failed.") var outcome: String?
    @Option(help: ArgumentHelp("Only those whose subject or alternative names hold this text.", valueName: "text")) var name: String?
    @Option(help: ArgumentHelp("Only those about the certificate with this serial number.", valueName: "hex")) var serial: String?
    @Option(help: ArgumentHelp("Only those of a device, user or challenge whose principal holds this text.", valueName: "text"))
    var principal: String?
    @Option(help: ArgumentHelp("Only those from this address.", valueName: "address")) var peer: String?
    @Option(help: ArgumentHelp("Only those that began so long ago at most: 30m, 1h, 7d.", valueName: "span")) var since: TimeSpan?
    @Option(help: ArgumentHelp("Only those that began so long ago at least.", valueName: "span")) var until: TimeSpan?
    @Option(help: "At most so many.") var limit: Int = 50
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...10_000).contains(limit) else { throw ValidationError("--limit takes 1 to 10000") }
    }

    func run() async throws {
        func ago(_ span: TimeSpan?) -> Date? { span.map { Date().addingTimeInterval(-Double($0.seconds)) } }
        let reply = try await location.perform(
            ListTransactions(
                endpoint: endpoint, outcome: outcome, name: name, serial: serial, principal: principal, peer: peer, since: ago(since),
                until: ago(until), limit: limit))
        try output.print(reply) {
            TextTable.render(
                ["ID", "AT", "ENDPOINT", "OPERATION", "OUTCOME", "CODE", "PEER", "SUBJECT"],
                reply.transactions.map {
                    [$0.id, $0.startedAt.second, $0.endpoint, $0.operation, $0.outcome, $0.code ?? "-", $0.peer ?? "-", $0.subject ?? "-"]
                })
        }
    }
}
