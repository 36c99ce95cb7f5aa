import ArgumentParser

/// `muster pending`
struct PendingCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pending",
        abstract: "List the requests that wait for an operator, newest first.",
        discussion: "`muster approve ID` issues the certificate, `muster reject ID` does not; the client learns it when it asks again.")

    @Flag(help: "Those already decided too, until they are forgotten after seven days.") var all = false
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let reply = try await location.perform(ListPending(includesDecided: all))
        try output.print(reply) {
            TextTable.render(
                ["ID", "STATE", "SINCE", "ENDPOINT", "WHO", "TEMPLATE", "SUBJECT", "NAMES", "APPROVED BY"],
                reply.requests.map {
                    [
                        $0.id, $0.state, $0.createdAt.second, $0.endpoint, $0.principal, $0.template, $0.subject, $0.names,
                        $0.approvals.joined(separator: ", "),
                    ]
                })
        }
    }
}
