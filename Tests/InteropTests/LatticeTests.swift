import Foundation
import TestSupport
import Testing

/// ML-DSA by a client that is not ours: keys, requests and verification of Python's `cryptography`, curl for the transport.
@Suite("ML-DSA devices below ML-DSA CAs", .oneServer, .serialized, .timeLimit(.minutes(5)))
struct LatticeTests {
    let server: MusterServer
    let folder: TemporaryDirectory

    init() throws {
        server = try OneServer.current
        folder = try TemporaryDirectory()
    }

    private func client(_ arguments: String...) async throws -> CommandResult {
        try await Command.run(Repository.python, [Repository.file("Tests/InteropTests/lattice-client.py")] + arguments)
    }

    /// A CA of that key, an EST endpoint at it whose template takes such keys, and a user for a name.
    private func openDoor(_ algorithm: String, for name: String) async throws {
        try await server.muster("ca", "create", algorithm, "--key", algorithm).checked()
        let file = try folder.write(
            "door.yaml",
            """
            kind: Template
            name: \(algorithm)
            title: Devices with \(algorithm) keys
            keyUsage: [digitalSignature]
            extendedKeyUsages: [clientAuth]
            nameTypes: [dns]
            allowedKeys: [\(algorithm)]
            lifetime: 7d
            ---
            kind: Endpoint
            name: est-\(algorithm)
            protocol: est
            label: \(algorithm)
            authority: \(algorithm)
            bindings: [{authenticators: [password]}]
            policy:
              rules:
                - {name: devices, requires: [knowsPassword], templates: [\(algorithm)]}

            """)
        try await server.muster("apply", "-f", file).checked()
        try await server.muster("user", "add", name, "--endpoint", "est-\(algorithm)", "--password-stdin", input: "pass-one-1234\n")
            .checked()
    }

    @Test(
        "A request of another implementation is enrolled by EST, and that implementation verifies the chain",
        arguments: [("mldsa65", "2.16.840.1.101.3.4.3.18"), ("mldsa87", "2.16.840.1.101.3.4.3.19")])
    func enrollment(_ algorithm: String, _ identifier: String) async throws {
        let name = "\(algorithm).device.test"
        try await openDoor(algorithm, for: name)
        let est = try ESTClient(server)
        let options = ["--user", "\(name):pass-one-1234"]

        // A key that the library makes and the server does not know yet is refused, not stumbled over.
        try await client("request", "mldsa44", name, folder.path).checked()
        let refused = try await est.send("\(algorithm)/simpleenroll", body: folder.path("request.b64"), options: options)
        #expect(refused.status == 400, "\(refused.body)")

        try await client("request", algorithm, name, folder.path).checked()
        let issued = try await est.send("\(algorithm)/simpleenroll", body: folder.path("request.b64"), options: options)
        #expect(issued.status == 200, "\(issued.body)")
        try folder.write("certificates.pem", try await est.certificates(issued.body))
        let above = try folder.write("above.pem", try await est.certificates(await est.send("\(algorithm)/cacerts", options: []).body))
        let verified = try await client("verify", folder.path, above).checked().text.split(separator: " ").map(String.init)
        #expect(verified.count == 3 && verified[0] == identifier, "device, CA, root: \(verified)")
    }
}
