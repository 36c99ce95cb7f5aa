import Foundation
import TestSupport
import Testing

@Suite("pkilint reads what the CA makes", .timeLimit(.minutes(5)))
struct LintTests {
    @Test("Every kind of certificate, CRL and OCSP answer lints clean at NOTICE", arguments: ["p256", "rsa2048"])
    func lint(_ caKey: String) async throws {
        // pkilint takes a host without a dot, such as localhost, for an error in a URL.
        let server = try await MusterServer.started(["--ca-key", caKey, "--hostname", "ca.muster.test"])
        let folder = try TemporaryDirectory()
        var documents: [String] = []

        // The CA's own: root, issuing CA, RA, and the certificates that its two TLS listeners show.
        let chain = try split(try String(contentsOfFile: server.chain, encoding: .utf8), "chain", in: folder)
        let issuing = try #require(chain.first)
        documents += ["cert", server.root, "cert", issuing, "pair", server.root, issuing]
        let ra = server.file(server.facts.ca.raFile)
        documents += ["cert", ra, "pair", issuing, ra]
        for port in [server.ports.https, server.ports.est] {
            let shown = try await Command.run("openssl", ["s_client", "-connect", "localhost:\(port)", "-servername", "localhost"])
            let tls = try #require(try split(shown.text, "tls-\(port)", in: folder).first)
            documents += ["cert", tls, "pair", issuing, tls]
        }

        // A leaf of every template and of every key kind.
        var leaves: [String] = []
        for template in ["device-8021x", "user-8021x", "tls-server", "windows-computer", "windows-user"] {
            for kind in OpenSSL.KeyKind.allCases {
                let name = "\(template)-\(kind.rawValue)"
                let key = try await OpenSSL.key(kind, folder.path("\(name).key"))
                let request = try await self.request(key, "\(name).device.test", template, folder.path("\(name).csr"))
                let issued = try await server.muster("issue", "--csr", request, "--template", template).checked()
                let leaf = try #require(try split(issued.text, name, in: folder).first)
                leaves.append(leaf)
                documents += ["cert", leaf, "pair", issuing, leaf]
            }
        }

        // Status: good, revoked for every reason, unknown; the responder's certificate; the CRLs with those entries.
        let revocation = Revocation(server)
        for (leaf, reason) in zip(leaves, ["unspecified", "keyCompromise", "affiliationChanged", "superseded", "cessationOfOperation"]) {
            try await revocation.revoke(leaf, reason: reason)
        }
        let questions = [["-cert", leaves[0]], ["-cert", leaves[1]], ["-cert", leaves[9]], ["-serial", "0x1234567890"]]
        for (number, question) in questions.enumerated() {
            let answer = folder.path("answer-\(number).der")
            let text = try await Command.run(
                "openssl",
                [
                    "ocsp", "-issuer", issuing, "-url", "\(server.httpURL)/ocsp", "-CAfile", server.root, "-verify_other", server.chain,
                    "-respout",
                    answer, "-resp_text",
                ] + question
            ).checked().text
            documents += ["ocsp", answer]
            if number == 0, let responder = try split(text, "responder", in: folder).first {
                documents += ["cert", responder, "pair", issuing, responder]
            }
        }
        let bundle = try String(contentsOfFile: try await revocation.bundle(in: folder), encoding: .utf8)
        let lists = try split(bundle, "list", in: folder, label: "X509 CRL")
        #expect(lists.count == 2)
        for list in lists { documents += ["crl", list] }

        let result = try await Command.run(Repository.python, [Repository.file("Tests/ConformanceTests/lint.py")] + documents)
        #expect(result.succeeded, "\(result.text)\(result.errorText)")
        #expect(result.text.contains("linted \(documents.filter { ["cert", "pair", "crl", "ocsp"].contains($0) }.count), findings 0"))
        #expect(try await server.stop() == 0)
    }

    /// A request with the names that a template's certificates carry: a person's, or a machine's.
    private func request(_ key: String, _ name: String, _ template: String, _ path: String) async throws -> String {
        guard template.hasSuffix("user") || template.hasPrefix("user") else { return try await OpenSSL.request(key: key, name: name, path) }
        let names = "subjectAltName=otherName:1.3.6.1.4.1.311.20.2.3;UTF8:ann@\(name),email:ann@\(name)"
        try await Command.run("openssl", ["req", "-new", "-key", key, "-subj", "/CN=ann", "-addext", names, "-out", path]).checked()
        return path
    }

    /// Writes each PEM object of a text into a file of its own.
    private func split(_ text: String, _ name: String, in folder: TemporaryDirectory, label: String = "CERTIFICATE") throws -> [String] {
        let (begin, end) = ("-----BEGIN \(label)-----", "-----END \(label)-----")
        return try text.components(separatedBy: begin).dropFirst().enumerated().map { number, part in
            let body = part.components(separatedBy: end).first ?? ""
            return try folder.write("\(name)-\(number).pem", begin + body + end + "\n")
        }
    }
}
