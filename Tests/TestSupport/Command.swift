import Foundation

/// Runs a program and waits for it. Its three streams are files, so that no full pipe can stop either side.
package enum Command {
    /// - Parameters:
    ///   - program: a path, or a name that is looked up in `PATH`.
    ///   - input: bytes for standard input; nothing is an empty file.
    ///   - environment: entries laid over this process's own.
    ///   - directory: the working directory.
    ///   - timeout: after this the program is killed, and the call throws.
    package static func run(
        _ program: String, _ arguments: [String], input: [UInt8]? = nil, environment: [String: String] = [:], in directory: String? = nil,
        timeout: Duration = .seconds(60)
    ) async throws -> CommandResult {
        let scratch = try TemporaryDirectory()
        let process = Process()
        if program.contains("/") {
            process.executableURL = URL(fileURLWithPath: program)
            process.arguments = arguments
        } else {
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [program] + arguments
        }
        if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }

        let stdin = try scratch.write("stdin", input ?? [])
        let stdout = try scratch.write("stdout", [])
        let stderr = try scratch.write("stderr", [])
        guard let reading = FileHandle(forReadingAtPath: stdin), let output = FileHandle(forWritingAtPath: stdout),
            let errors = FileHandle(forWritingAtPath: stderr)
        else { throw CommandFailure("cannot open the scratch files of \(program)") }
        // Foundation keeps handles open for as long as it likes, and crashes in a process that holds more than a thousand.
        defer { for handle in [reading, output, errors] { try? handle.close() } }
        process.standardInput = reading
        process.standardOutput = output
        process.standardError = errors

        let watchdog = Watchdog(process)
        let timer = Task {
            try await Task.sleep(for: timeout)
            watchdog.expire()
        }
        defer { timer.cancel() }
        try await withCheckedThrowingContinuation { (done: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in done.resume() }
            do {
                try ProcessLauncher.launch(process)
            } catch {
                process.terminationHandler = nil
                done.resume(throwing: CommandFailure("cannot run \(program): \(error)"))
            }
        }
        let result = CommandResult(
            status: process.terminationReason == .exit ? process.terminationStatus : 128 + process.terminationStatus,
            stdout: try scratch.read("stdout"), stderr: try scratch.read("stderr"))
        if watchdog.hasExpired { throw CommandFailure("\(program) ran longer than \(timeout): \(result.errorText)") }
        return result
    }
}
