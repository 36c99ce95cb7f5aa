import Foundation
import TestSupport
import Testing

@Suite("The root's key stays away", .timeLimit(.minutes(2)))
struct RootKeyTests {
    @Test("A server whose root key is elsewhere serves and enrolls")
    func withoutTheRootKey() async throws {
        let server = try await MusterServer.initialised()
        try FileManager.default.removeItem(atPath: server.data + "/keys/root.pem")
        try await server.start()
        let folder = try TemporaryDirectory()
        let request = folder.path("request.pem")
        try await Command.run(
            "openssl",
            [
                "req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-keyout", "/dev/null", "-subj",
                "/CN=a.test", "-out", request,
            ]
        ).checked()
        let issued = try await server.muster("issue", "--csr", request, "--template", "device-8021x").checked()
        try await OpenSSL.verify(folder.write("certificate.pem", issued.stdout), of: server).checked()
        #expect(try await server.stop() == 0)
    }
}
