import TestSupport

/// XCEP and WSTEP by zeep, through the script beside these tests.
struct WSTEPClient {
    let server: MusterServer

    init(_ server: MusterServer) {
        self.server = server
    }

    /// Asks for the policies, enrolls a PEM request where they say, and returns the certificate in PEM.
    func enroll(_ request: String, template: String, in folder: TemporaryDirectory) async throws -> String {
        let certificate = folder.path("wstep-answer.pem")
        try await run(["--csr", request, "--template", template, "--out", certificate]).checked()
        return try folder.text("wstep-answer.pem")
    }

    func run(_ arguments: [String], password: String? = nil) async throws -> CommandResult {
        let endpoint = try server.facts.endpoint("xcep")
        return try await Command.run(
            Repository.python,
            [
                Repository.file("Tests/InteropTests/wstep/enroll.py"), "--url", endpoint.url, "--cacert", server.root, "--username",
                endpoint.username ?? "", "--password", password ?? endpoint.password ?? "",
            ] + arguments)
    }
}
