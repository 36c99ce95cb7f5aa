import TestSupport
import Testing

/// Who speaks for the CA at a SCEP endpoint, and what kind of key the CA has.
enum SCEPLayout: String, CaseIterable, CustomTestStringConvertible {
    /// P-256 CA behind one RSA RA: the endpoint of `muster init`.
    case combined = "default"
    /// RSA CA behind an RA in two halves.
    case split
    /// RSA CA that speaks for itself.
    case authority

    var testDescription: String {
        switch self {
        case .combined: "EC CA behind one RA"
        case .split: "RSA CA behind a split RA"
        case .authority: "RSA CA in CA mode"
        }
    }

    var endpoint: String { "scep-\(rawValue)" }
    var ca: String { self == .combined ? "issuing" : rawValue }
    func url(_ server: MusterServer) -> String { "\(server.httpURL)/scep/\(rawValue)" }
}

/// One server with an endpoint in each layout, for a suite.
struct SCEPLayouts: SuiteTrait, TestScoping {
    @TaskLocal static var running: MusterServer?

    func provideScope(for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void) async throws {
        let server = try await MusterServer.started()
        try await server.muster("ca", "create", "split", "--key", "rsa2048", "--endpoint", "scep").checked()
        try await server.muster("endpoint", "option", "scep-split", "mode=split-ra").checked()
        try await server.muster("ca", "create", "authority", "--key", "rsa2048", "--endpoint", "scep", "--scep-ca-mode").checked()
        try await Self.$running.withValue(server) { try await function() }
        let status = try await server.stop()
        #expect(status == 0, "SIGTERM ends the server with status 0: \(server.log)")
    }

    static var current: MusterServer {
        get throws { try #require(running) }
    }
}
