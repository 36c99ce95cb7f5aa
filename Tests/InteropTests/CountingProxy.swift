import Foundation
import TestSupport

/// Stands before the three listeners of a server and counts what one client sends and receives.
struct CountingProxy {
    struct Counts: Decodable {
        let connections: Int
        /// How often the server's bytes followed the client's.
        let turns: Int
        let sent: Int
        let received: Int
    }

    private let process: BackgroundProcess

    /// - Parameter ports: where clients knock; the server's own ports are behind them.
    static func started(_ ports: MusterServer.Ports, before server: MusterServer, log: String) async throws -> CountingProxy {
        let routes = [(ports.http, server.ports.http), (ports.https, server.ports.https), (ports.est, server.ports.est)]
        let process = try BackgroundProcess(
            "/usr/bin/python3", [Repository.file("Tests/InteropTests/counting-proxy.py")] + routes.map { "\($0):\($1)" }, log: log)
        try await process.wait(for: "ready") { process.log.contains("ready") }
        return CountingProxy(process: process)
    }

    func stop() async throws -> Counts {
        _ = try await process.stop()
        guard let line = process.log.split(separator: "\n").last(where: { $0.hasPrefix("{") }) else { throw CommandFailure(process.log) }
        return try JSONDecoder().decode(Counts.self, from: Data(line.utf8))
    }
}
