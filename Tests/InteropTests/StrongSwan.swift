import Foundation
import TestSupport

/// strongSwan's `pki`, a SCEP and EST client, in a folder of its own.
struct StrongSwan {
    let folder: TemporaryDirectory

    init() throws {
        folder = try TemporaryDirectory()
    }

    /// Fetches the certificates of a SCEP server; `enroll` needs them.
    func fetchSCEPCertificates(_ url: String) async throws {
        try await Command.run(
            "pki", ["--scepca", "--url", url, "--caout", "ca.pem", "--raout", "ra.pem", "--outform", "pem", "--force"], in: folder.path
        ).checked()
    }

    /// Enrolls by SCEP and returns what `pki` printed: the certificate in PEM.
    /// - Parameters:
    ///   - encryption: to whom the request is encrypted.
    ///   - signing: who signs the answer.
    func enrollBySCEP(
        _ url: String, key: String, name: String, challenge: String? = nil, encryption: String = "ra.pem", signing: String = "ra.pem",
        options: [String] = []
    ) async throws -> CommandResult {
        var arguments = ["--scep", "--url", url, "--in", key, "--dn", "CN=\(name)", "--san", name]
        if let challenge { arguments += ["--password", challenge] }
        arguments += ["--cacert-enc", encryption, "--cacert-sig", signing]
        for file in try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() where file.hasPrefix("ca") {
            arguments += ["--cacert", file]
        }
        return try await Command.run(
            "pki", arguments + ["--interval", "1", "--maxpolltime", "120", "--outform", "pem"] + options, in: folder.path)
    }

    /// Enrolls by EST, with the credentials among `options`, and returns what `pki` printed: the certificate in PEM.
    func enrollByEST(_ server: MusterServer, request: String, options: [String]) async throws -> CommandResult {
        let url = "https://localhost:\(server.ports.est)"
        return try await Command.run(
            "pki",
            ["--est", "--url", url, "--in", request, "--cacert", server.root, "--outform", "pem", "-t", "1", "-m", "20"] + options,
            in: folder.path)
    }
}
