import Foundation

/// A CA in a temporary directory, and the real `muster` that serves it on free loopback ports.
package actor MusterServer {
    package struct Ports: Sendable {
        package let http: Int
        package let https: Int
        package let est: Int
        /// Where the server looks for the answers to ACME's http-01 challenges.
        package let acmeHTTP: Int
    }

    package nonisolated let home: TemporaryDirectory
    package nonisolated let facts: InitFacts
    package nonisolated let ports: Ports
    private var process: BackgroundProcess?

    private init(home: TemporaryDirectory, facts: InitFacts, ports: Ports) {
        self.home = home
        self.facts = facts
        self.ports = ports
    }

    /// The `muster` that was built with these tests: it lies beside the test bundle. `MUSTER_UNDER_TEST` names another build.
    package static var binary: String {
        if let other = ProcessInfo.processInfo.environment["MUSTER_UNDER_TEST"] { return other }
        return (Bundle.main.executableURL ?? Bundle.main.bundleURL).deletingLastPathComponent().appendingPathComponent("muster").path
    }

    /// Runs `muster init`. The server does not run yet.
    ///
    /// - Parameter environment: outside the lab, the passphrase of the keys.
    package static func initialised(
        _ arguments: [String] = [], isLab: Bool = true, environment: [String: String] = [:]
    ) async throws -> MusterServer {
        let home = try TemporaryDirectory()
        let taken = FreePorts.take(4)
        let ports = Ports(http: taken[0], https: taken[1], est: taken[2], acmeHTTP: taken[3])
        let made = try await Command.run(
            binary,
            [
                "init", "--dir", home.path("data"), "--json", "--http", "127.0.0.1:\(ports.http)", "--https",
                "127.0.0.1:\(ports.https)", "--est", "127.0.0.1:\(ports.est)", "--acme-http-port", "\(ports.acmeHTTP)",
            ] + (isLab ? ["--lab"] : []) + arguments, environment: environment
        ).checked()
        let facts = try JSONDecoder().decode(InitFacts.self, from: Data(made.stdout))
        return MusterServer(home: home, facts: facts, ports: ports)
    }

    /// The same CA as its clients see it where a proxy stands before it: from its next start on, the server names the proxy's ports in its
    /// URLs, and so do the endpoints and ports of the value returned. Start and stop the original.
    package nonisolated func behindProxy() throws -> MusterServer {
        let taken = FreePorts.take(3)
        let outside = Ports(http: taken[0], https: taken[1], est: taken[2], acmeHTTP: ports.acmeHTTP)
        func moved(_ text: String) -> String {
            [(ports.http, outside.http), (ports.https, outside.https), (ports.est, outside.est)].reduce(text) { text, port in
                text.replacingOccurrences(of: "://localhost:\(port.0)", with: "://localhost:\(port.1)")
            }
        }
        let file = data + "/muster.yaml"
        try moved(String(contentsOfFile: file, encoding: .utf8)).write(toFile: file, atomically: true, encoding: .utf8)
        let endpoints = facts.endpoints.map { $0.at(moved($0.url)) }
        return MusterServer(home: home, facts: InitFacts(ca: facts.ca, endpoints: endpoints), ports: outside)
    }

    /// Runs `muster init --lab` and serves.
    package static func started(_ arguments: [String] = []) async throws -> MusterServer {
        let server = try await initialised(arguments)
        try await server.start()
        return server
    }

    /// The data directory, given to `--dir`.
    package nonisolated var data: String { home.path("data") }

    /// All that the server wrote to standard output and standard error, over all its starts.
    package nonisolated var log: String { (try? String(contentsOfFile: home.path("serve.log"), encoding: .utf8)) ?? "" }

    /// A file of the CA, as `init --json` names it.
    package nonisolated func file(_ name: String) -> String {
        name.hasPrefix("/") ? name : FileManager.default.fileExists(atPath: name) ? name : data + "/" + name
    }

    package nonisolated var root: String { file(facts.ca.rootFile) }
    package nonisolated var chain: String { file(facts.ca.chainFile) }
    package nonisolated var httpURL: String { "http://127.0.0.1:\(ports.http)" }

    /// Serves, and returns when every listener accepts.
    /// - Parameter through: a command that runs the server.
    package func start(through wrapper: [String] = [], environment: [String: String] = [:], options: [String] = []) async throws {
        let ready = home.path("ready")
        try? FileManager.default.removeItem(atPath: ready)
        let command = wrapper + [Self.binary, "serve", "--dir", data, "--ready-file", ready] + options
        let started = try BackgroundProcess(
            command[0], Array(command.dropFirst()), environment: environment, log: home.path("serve.log"))
        try await started.wait(for: "ready") { FileManager.default.fileExists(atPath: ready) }
        process = started
    }

    /// Sends SIGTERM and returns the server's exit status: 0 where it stopped as it should.
    package func stop() async throws -> Int32 {
        let running = process
        process = nil
        return try await running?.stop() ?? -1
    }

    /// Waits until the server has ended by itself.
    package func ended() async throws {
        let running = process
        process = nil
        for _ in 0..<500 where running?.isRunning == true { try await Task.sleep(for: .milliseconds(20)) }
    }

    /// Sends SIGKILL.
    package func kill() async throws {
        let running = process
        process = nil
        try await running?.kill()
    }

    /// Runs a `muster` command on this CA; `--dir` is added.
    package nonisolated func muster(_ arguments: String..., input: String? = nil) async throws -> CommandResult {
        try await muster(arguments, input: input)
    }

    /// Runs a `muster` command on this CA; `--dir` is added.
    package nonisolated func muster(_ arguments: [String], input: String? = nil) async throws -> CommandResult {
        try await Command.run(Self.binary, arguments + ["--dir", data], input: input.map { Array($0.utf8) })
    }
}
