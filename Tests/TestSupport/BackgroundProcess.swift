import Foundation

/// A server that a test runs beside itself. It ends with this process, however that ends.
package final class BackgroundProcess: @unchecked Sendable {
    /// The shell holds a pipe from this process: when the pipe closes, the server gets SIGTERM. Its exit status is the shell's.
    private static let script = """
        exec 3<&0
        "$@" 3<&- </dev/null & server=$!
        echo $server >"$PID_FILE.new" && mv "$PID_FILE.new" "$PID_FILE"
        (read -r line <&3; kill -TERM $server) 2>/dev/null & watcher=$!
        wait $server; status=$?
        kill $watcher 2>/dev/null
        exit $status
        """

    private let name: String
    private let shell = Process()
    private let lifeline = Pipe()
    private let scratch: TemporaryDirectory
    private let logPath: String

    /// - Parameters:
    ///   - log: the file that standard output and standard error are appended to.
    package init(_ program: String, _ arguments: [String], environment: [String: String] = [:], log: String) throws {
        name = program
        logPath = log
        scratch = try TemporaryDirectory()
        if !FileManager.default.fileExists(atPath: log) { try Data().write(to: URL(fileURLWithPath: log)) }
        guard let output = FileHandle(forWritingAtPath: log) else { throw CommandFailure("cannot open \(log)") }
        try output.seekToEnd()
        shell.executableURL = URL(fileURLWithPath: "/bin/sh")
        shell.arguments = ["-c", Self.script, "sh", program] + arguments
        shell.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }.merging(["PID_FILE": scratch.path("pid")]) {
            $1
        }
        shell.standardInput = lifeline
        shell.standardOutput = output
        shell.standardError = output
        defer { try? output.close() }
        try ProcessLauncher.launch(shell)
    }

    package var isRunning: Bool { shell.isRunning }

    /// All that was written to the log so far.
    package var log: String { (try? String(contentsOfFile: logPath, encoding: .utf8)) ?? "" }

    /// Waits until `condition` holds; throws when the process ends first, or when it takes too long.
    package func wait(for what: String, timeout: Duration = .seconds(60), until condition: () throws -> Bool) async throws {
        let deadline = ContinuousClock.now + timeout
        while try !condition() {
            guard isRunning, ContinuousClock.now < deadline else { throw CommandFailure("\(name) reached no '\(what)': \(log)") }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Sends SIGTERM and returns the exit status.
    package func stop() async throws -> Int32 {
        try lifeline.fileHandleForWriting.close()
        return try await ended()
    }

    /// Sends SIGKILL.
    package func kill() async throws {
        try await wait(for: "start") { FileManager.default.fileExists(atPath: scratch.path("pid")) }
        let text = String(decoding: try scratch.read("pid"), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        guard let identifier = Int32(text) else { throw CommandFailure("no process identifier in '\(text)'") }
        _ = Foundation.kill(identifier, SIGKILL)
        _ = try await ended()
    }

    private func ended() async throws -> Int32 {
        defer { try? lifeline.fileHandleForWriting.close() }
        let deadline = ContinuousClock.now + .seconds(60)
        while shell.isRunning {
            guard ContinuousClock.now < deadline else {
                shell.terminate()
                throw CommandFailure("\(name) did not stop: \(log)")
            }
            try await Task.sleep(for: .milliseconds(20))
        }
        return shell.terminationStatus
    }
}
