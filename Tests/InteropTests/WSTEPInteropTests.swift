import TestSupport
import Testing

extension InteropTests {
    @Suite("XCEP and WSTEP")
    struct WSTEP {
        let server: MusterServer
        let folder: TemporaryDirectory

        init() throws {
            server = try OneServer.current
            folder = try TemporaryDirectory()
        }

        @Test("zeep reads the policies and enrolls under each template that they name", arguments: ["windows-computer", "device-8021x"])
        func zeep(_ template: String) async throws {
            let name = "\(template).wstep.test"
            let key = try await OpenSSL.key(.rsa2048, folder.path("key.pem"))
            let request = try await OpenSSL.request(key: key, name: name, template: template, folder.path("request.pem"))
            let text = try await WSTEPClient(server).enroll(request, template: template, in: folder)
            let certificate = try folder.write("certificate.pem", text)
            try await OpenSSL.verify(certificate, of: server, "-purpose", "sslclient").checked()
            #expect(try await OpenSSL.field("-subject", of: certificate) == "subject=CN = \(name)")
        }

        @Test("A wrong password gets a fault and no certificate")
        func wrongPassword() async throws {
            let key = try await OpenSSL.key(.p256, folder.path("key.pem"))
            let request = try await OpenSSL.request(key: key, name: "a.wstep.test", folder.path("request.pem"))
            let result = try await WSTEPClient(server).run(
                ["--csr", request, "--template", "windows-computer", "--out", folder.path("out.pem")], password: "wrong")
            #expect(result.status == 2, "\(result.errorText)")
            #expect(result.errorText.contains("FailedAuthentication"))
        }
    }
}
