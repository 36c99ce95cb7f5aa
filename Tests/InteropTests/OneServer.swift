import TestSupport
import Testing

/// Starts a lab server before a suite and stops it after, and then expects that it stopped well.
struct OneServer: SuiteTrait, TestScoping {
    @TaskLocal static var running: MusterServer?

    func provideScope(for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void) async throws {
        let server = try await MusterServer.started()
        try await Self.$running.withValue(server) { try await function() }
        let status = try await server.stop()
        #expect(status == 0, "SIGTERM ends the server with status 0: \(server.log)")
    }

    /// The server of this suite.
    static var current: MusterServer {
        get throws { try #require(running) }
    }
}

extension Trait where Self == OneServer {
    static var oneServer: Self { Self() }
}
