import ArgumentParser

/// `muster approve ID`
struct ApproveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Approve a request that waits; its certificate is issued when enough operators have.",
        discussion: "The credential that the request came with, the policy and revocations are looked at again first.")

    @Argument(help: "The request's id, as `muster pending` prints it.") var id: String
    @Option(help: "Kept with the decision.") var comment: String?
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        let reply = try await location.perform(ApprovePending(id: id, comment: comment))
        try output.print(reply) {
            reply.serial.map { "approved: certificate \($0) is issued" }
                ?? "approved; operators who must approve besides you: \(reply.approvalsMissing)"
        }
    }
}
