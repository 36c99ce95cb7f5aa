import Foundation
import TestSupport

/// A server certificate of the CA with its key and its issuers, as relying parties present themselves.
struct ServerIdentity {
    /// PEM, the leaf first.
    let chain: String
    let key: String

    /// Enrolls by EST, and leaves `server.key` and `server-chain.pem` in the folder.
    static func enrolled(_ name: String, at server: MusterServer, in folder: TemporaryDirectory) async throws -> ServerIdentity {
        let key = try await OpenSSL.key(.rsa2048, folder.path("server.key"))
        let request = try await OpenSSL.request(key: key, name: name, template: "tls-server", folder.path("server.csr"))
        let leaf = try await ESTClient(server).enroll(request, in: folder)
        let chain = leaf + "\n" + (try String(contentsOfFile: server.chain, encoding: .utf8))
        try folder.write("server-chain.pem", chain)
        return ServerIdentity(chain: chain, key: try String(contentsOfFile: key, encoding: .utf8))
    }
}
