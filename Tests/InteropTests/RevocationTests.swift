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
