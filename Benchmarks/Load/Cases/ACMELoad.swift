import ACMEWire
import ArgumentParser
import Foundation
import NIOPosix
import PKIFormats
import SigningKeys

/// Full orders: newOrder, authorization, challenge, polls, finalize, certificate.
struct ACMELoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "acme", abstract: "Complete ACME orders with http-01.")

    @OptionGroup var options: LoadOptions
    @Option(help: "URL of the directory.") var directory: String
    @Option(help: "Port on 127.0.0.1 where the server validates http-01.") var httpPort = 5002
    @Option(help: "One name for all orders, for servers that can resolve no other; default: a new one each, under .localhost.")
    var name: String?
    @Option(help: "Accounts, shared by the connections; servers limit how many one address may make.") var accounts = 8
    @Option(help: "Domain of the new names.") var domain = "localhost"

    func run() async throws {
        let destination = try Destination(directory)
        let reply = try await OneReply.get(destination.request("GET"), at: destination)
        guard reply.status == 200, let found = ACMEDirectory(reply.body) else { throw LoadFailure("no directory: HTTP \(reply.status)") }
        let (name, domain) = (name, domain)
        let orders = try await Device.prepare(options.requests + options.connections) { index in
            let name = name ?? "o\(Device.run)-\(index).\(domain)"
            let request = try await Device.request(name, key: SoftwareKey.generate(.p256), subject: .empty)
            return ACMEWorkload.Order(name: name, request: Base64URL.encode(request.der))
        }
        let loop = MultiThreadedEventLoopGroup(numberOfThreads: 1).next()
        let responder = ChallengeResponder()
        let listener = try await responder.listen(port: httpPort, loop: loop)
        let accounts = (0..<min(accounts, options.connections)).map { _ in ACMEClient(found, destination, responder) }
        let clients = (0..<options.connections).map { accounts[$0 % accounts.count] }
        let report = try await Driver.run(
            ACMEWorkload(orders: orders, clients: clients), at: destination, tls: ClientTLS.context(for: destination), options: options,
            loop: loop)
        try await listener.close()
        try report.print()
    }
}
