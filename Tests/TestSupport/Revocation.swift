import Foundation

/// What a relying party learns of a certificate's status, by openssl and curl.
package struct Revocation {
    package let server: MusterServer

    package init(_ server: MusterServer) {
        self.server = server
    }

    /// The OCSP answer for a certificate, from the responder that the certificate itself names, its signature verified.
    package func ocsp(_ certificate: String, _ options: String...) async throws -> String {
        let url = try await OpenSSL.field("-ocsp_uri", of: certificate)
        guard url.hasPrefix("http://") else { throw CommandFailure("the certificate names no OCSP responder") }
        let result = try await Command.run(
            "openssl",
            ["ocsp", "-issuer", server.chain, "-cert", certificate, "-url", url, "-CAfile", server.root, "-verify_other", server.chain]
                + options
        ).checked()
        guard result.errorText.contains("Response verify OK") else { throw CommandFailure("OCSP: \(result.errorText)") }
        return result.text
    }

    /// Publishes the CRLs and verifies a certificate with the bundle for relying parties: the root and every CRL.
    package func verifyWithPublishedCRLs(_ certificate: String, in folder: TemporaryDirectory) async throws -> CommandResult {
        let bundle = try await bundle(in: folder)
        return try await Command.run(
            "openssl", ["verify", "-CAfile", bundle, "-untrusted", server.chain, "-crl_check_all", certificate])
    }

    /// Publishes the CRLs and fetches the bundle for relying parties.
    package func bundle(in folder: TemporaryDirectory) async throws -> String {
        try await server.muster("crl", "publish").checked()
        let path = folder.path("relying-party.pem")
        try await Command.run(
            "curl", ["--silent", "--show-error", "--fail", "--output", path, "\(server.httpURL)/relying-party.pem"]
        ).checked()
        return path
    }

    package func revoke(_ certificate: String, reason: String) async throws {
        try await server.muster("revoke", try await OpenSSL.serial(certificate), "--reason", reason).checked()
    }
}
