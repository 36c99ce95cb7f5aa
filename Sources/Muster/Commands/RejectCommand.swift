import ArgumentParser

/// `muster reject ID`
struct RejectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reject", abstract: "Reject a request that waits, for good; its client is told when it asks again.")

    @Argument(help: "The request's id, as `muster pending` prints it.") var id: String
    @Option(help: "Kept with the decision, not shown to the client.") var comment: String?
    @OptionGroup var location: LocationOptions

    func run() async throws {
        _ = try await location.perform(RejectPending(id: id, comment: comment))
        print("\(id) is rejected")
    }
}
