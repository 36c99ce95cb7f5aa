import ArgumentParser
import Foundation

/// `muster issue`
struct IssueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract: "Issue a certificate yourself, for a certification request in a file.",
        discussion: """
            The request takes the same path as a device's. You vouch for the names: those given with --name, else those in the request.
            The certificate goes to standard output (PEM, then the issuing CA's), the transaction to standard error.
            """)

    @Option(help: ArgumentHelp("The PKCS #10 request, PEM or DER.", valueName: "file")) var csr: String
    @Option(help: ArgumentHelp("The template, for example tls-server.", valueName: "name")) var template: String
    @Option(
        name: .customLong("name"),
        help: ArgumentHelp("A name that the request may carry, or a pattern such as *.corp.example; may be repeated.", valueName: "name"))
    var names: [String] = []
    @Option(help: ArgumentHelp("An operator's endpoint, for another CA than the issuing one (default: operator).", valueName: "name"))
    var endpoint: String?
    @OptionGroup var location: LocationOptions
    @OptionGroup var output: OutputOptions

    func run() async throws {
        guard let data = FileManager.default.contents(atPath: csr) else { throw CommandFailure("\(csr) cannot be read") }
        guard data.count <= 1 << 17 else { throw CommandFailure("\(csr) is larger than any certification request") }
        let issued = try await location.perform(IssueByOperator(request: data, template: template, endpoint: endpoint, names: names))
        try output.print(issued) { issued.certificate + issued.chain }
        if !output.json { Terminal.printError("serial \(issued.serial), transaction \(issued.transaction)") }
    }
}
