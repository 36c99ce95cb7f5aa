import Foundation
import HTTPTransport
import TestSupport

/// Certificates made by the openssl program: a server and a client, each with its own little CA.
struct TLSMaterial: Sendable {
    let directory: TemporaryDirectory

    init() async throws {
        directory = try TemporaryDirectory()
        for name in ["server", "client", "other"] {
            try await openssl(
                "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout \(name)-ca.key -out \(name)-ca.pem -days 2 -subj /CN=\(name)-ca"
            )
            try await openssl(
                "req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout \(name).key -out \(name).csr -subj /CN=\(name)")
            try directory.write("\(name).ext", "subjectAltName=DNS:localhost,IP:127.0.0.1\n")
            try await openssl(
                "x509 -req -in \(name).csr -CA \(name)-ca.pem -CAkey \(name)-ca.key -CAcreateserial -out \(name).pem -days 2 -extfile \(name).ext"
            )
            try directory.write("\(name)-chain.pem", text("\(name).pem") + text("\(name)-ca.pem"))
        }
    }

    func openssl(_ arguments: String) async throws {
        try await Command.run("openssl", arguments.split(separator: " ").map(String.init), in: directory.path).checked()
    }

    func text(_ name: String) throws -> String { String(decoding: try directory.read(name), as: UTF8.self) }

    func identity(_ name: String) throws -> TLSIdentitySource {
        try TLSIdentitySource(certificateChainPEM: text("\(name).pem"), key: .pem(text("\(name).key")))
    }

    /// What curl prints for a path of the listener; empty when the handshake fails.
    func curl(_ port: Int, _ path: String, ca: String = "server", _ options: [String] = []) async throws -> String {
        let arguments = ["-sS", "--cacert", "\(ca)-ca.pem"] + options + ["https://localhost:\(port)/\(path)"]
        return try await Command.run("curl", arguments, in: directory.path).text
    }
}
