import ArgumentParser

/// The same GET again and again: a CRL, a trivial route, a TLS handshake with `--fresh`.
struct GetLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "get", abstract: "Fetch one URL.")

    @OptionGroup var options: LoadOptions
    @Option(help: "The URL.") var url: String

    func run() async throws {
        let destination = try Destination(url)
        let workload = PreparedWorkload(
            requests: [destination.request("GET")], repeats: options.requests + options.connections,
            check: { $0.status == 200 ? nil : "HTTP \($0.status)" })
        try await Driver.run(workload, at: destination, tls: ClientTLS.context(for: destination), options: options).print()
    }
}
