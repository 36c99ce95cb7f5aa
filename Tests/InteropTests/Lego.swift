import TestSupport

/// The ACME client lego, with an account of its own, that answers http-01 where the lab server looks for it.
struct Lego {
    let server: MusterServer
    let folder: TemporaryDirectory
    private let directory: String

    init(_ server: MusterServer) throws {
        self.server = server
        folder = try TemporaryDirectory()
        directory = try server.facts.endpoint("acme").url
    }

    @discardableResult
    func run(_ arguments: String...) async throws -> Self {
        try await http01Port.hold {
            try await Command.run(
                "lego",
                [
                    "--path", folder.path, "--accept-tos", "--email", "a@example.com", "--server", directory, "--http", "--http.port",
                    "127.0.0.1:\(server.ports.acmeHTTP)",
                ] + arguments,
                environment: ["LEGO_CA_CERTIFICATES": server.root]
            ).checked()
        }
        return self
    }

    /// What lego stored for a name, in PEM: the certificate and its issuer.
    func certificate(_ name: String) throws -> String {
        try folder.text("certificates/\(name).crt")
    }
}
