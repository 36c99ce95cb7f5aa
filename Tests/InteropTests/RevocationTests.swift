import Foundation
import TestSupport
import Testing

extension InteropTests {
    @Suite("Revocation")
    struct RevocationTests {
        @Test("A revoked certificate shows in OCSP at once and in the CRL when it is published")
        func revoked() async throws {
            let server = try OneServer.current
            let folder = try TemporaryDirectory()
            let key = try await OpenSSL.key(.p256, folder.path("key.pem"))
            let request = try await OpenSSL.request(key: key, name: "revoked.device.test", folder.path("request.pem"))
            let certificate = try folder.write("certificate.pem", try await ESTClient(server).enroll(request, in: folder))
            let revocation = Revocation(server)

            #expect(try await revocation.ocsp(certificate).contains(": good"))
            try await revocation.verifyWithPublishedCRLs(certificate, in: folder).checked()

            try await revocation.revoke(certificate, reason: "keyCompromise")
            let status = try await revocation.ocsp(certificate)
            #expect(status.contains(": revoked") && status.contains("keyCompromise"))
            let verified = try await revocation.verifyWithPublishedCRLs(certificate, in: folder)
            #expect(!verified.succeeded)
            #expect(verified.errorText.contains("certificate revoked"))
        }

        @Test("An MDM posts that a device left, and its certificate is revoked; without the token, or over plain HTTP, nothing happens")
        func requested() async throws {
            let server = try OneServer.current
            let folder = try TemporaryDirectory()
            let key = try await OpenSSL.key(.p256, folder.path("key.pem"))
            let request = try await OpenSSL.request(key: key, name: "left.device.test", folder.path("request.pem"))
            let certificate = try folder.write("certificate.pem", try await ESTClient(server).enroll(request, in: folder))
            let added = try JSON(try await server.muster("revoker", "add", "mdm", "--endpoint", "est-default", "--json").checked().stdout)
            let (url, token) = (try #require(added["url"]?.string), try #require(added["token"]?.string))
            func post(_ url: String, _ login: String, _ body: String) async throws -> (status: String, body: String) {
                let answer = folder.path("answer.json")
                let status = try await Command.run(
                    "curl",
                    [
                        "--silent", "--cacert", server.root, "--user", login, "--data", body, "--header", "Content-Type: application/json",
                        "--output", answer, "--write-out", "%{http_code}", url,
                    ]
                ).text
                return (status, try folder.text("answer.json"))
            }
            let body = #"{"topic": "mdm.CheckOut", "checkin_event": {"udid": "left.device.test"}}"#
            #expect(try await post(url, "mdm:\(String(token.reversed()))", body).status == "401")
            let plain = url.replacing(/^https:\/\/[^\/]+/, with: server.httpURL)
            #expect(try await post(plain, "mdm:\(token)", body).status == "404")
            #expect(try await Revocation(server).ocsp(certificate).contains(": good"))

            let done = try await post(url, "mdm:\(token)", body)
            let serial = try await OpenSSL.serial(certificate)
            #expect(done.status == "200" && done.body.contains(serial.lowercased()), "\(done)")
            #expect(try await Revocation(server).ocsp(certificate).contains(": revoked"))
            #expect(try await post(url, "mdm:\(token)", body).body.contains(#""revoked":[]"#))
            #expect(try await post(url, "mdm:\(token)", #"{"name": "left.device.test"}"#).status == "404")
            #expect(try await post(url, "mdm:\(token)", "no JSON").status == "400")

            try await server.muster("revoker", "remove", "mdm", "--endpoint", "est-default").checked()
            #expect(try await post(url, "mdm:\(token)", body).status == "401")
        }

        @Test("The URLs in a certificate lead to its issuer's certificate and CRL")
        func urls() async throws {
            let server = try OneServer.current
            let folder = try TemporaryDirectory()
            let key = try await OpenSSL.key(.p256, folder.path("key.pem"))
            let request = try await OpenSSL.request(key: key, name: "urls.device.test", folder.path("request.pem"))
            let certificate = try folder.write("certificate.pem", try await ESTClient(server).enroll(request, in: folder))
            let text = try await OpenSSL.field("-text", of: certificate)

            for (marker, kind) in [("CA Issuers - URI:", "x509"), ("Full Name:\n                  URI:", "crl")] {
                let url = text.components(separatedBy: marker).dropFirst().first?.prefix { !$0.isWhitespace } ?? ""
                try #require(url.hasPrefix("http://"), "\(marker) in \(text)")
                let file = folder.path(kind)
                try await Command.run("curl", ["--silent", "--show-error", "--fail", "--output", file, String(url)]).checked()
                try await Command.run("openssl", [kind, "-inform", "DER", "-in", file, "-noout"]).checked()
            }
            let serial = try await Command.run("openssl", ["x509", "-inform", "DER", "-in", folder.path("x509"), "-noout", "-subject"])
                .checked()
            let issuer = try await OpenSSL.field("-issuer", of: certificate)
            #expect(
                serial.text.trimmingCharacters(in: .whitespacesAndNewlines).dropFirst("subject=".count) == issuer.dropFirst("issuer=".count)
            )
        }
    }
}
