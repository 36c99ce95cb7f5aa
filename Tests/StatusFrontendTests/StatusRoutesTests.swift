import Foundation
import PKIFormats
import TestSupport
import Testing

@Suite struct StatusRoutesTests {
    @Test("CRLs are served by key identifier, with type, ETag and age, and 304 for who has them")
    func revocationLists() async throws {
        try await StatusDoor.serve { door in
            for authority in [door.ca.root, door.ca.issuing] {
                let path = "crl/\(door.identifier(authority)).crl"
                let (head, body) = try await door.curl(path)
                #expect(head.hasPrefix("HTTP/1.1 200"))
                #expect(head.contains("Content-Type: application/pkix-crl\r\n"))
                #expect(head.contains("Cache-Control: public, max-age=600, no-transform, must-revalidate\r\n"))
                #expect(head.contains("Content-Length: \(body.count)\r\n"))
                // Both dates as curl understands them.
                #expect(head.firstMatch(of: /Last-Modified: [A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT\r\n/) != nil)
                #expect(head.contains("Expires: "))
                #expect(try CertificateRevocationList(der: body).issuer == authority.identity.subject)
                let tag = try #require(head.firstMatch(of: /ETag: ("[0-9a-f]+")\r\n/)).output.1
                let again = try await door.curl(path, ["-H", "If-None-Match: \"x\", \(tag)"])
                #expect(again.head.hasPrefix("HTTP/1.1 304"))
                #expect(again.body.isEmpty)
                let text = try await Command.run("openssl", ["crl", "-inform", "DER", "-noout", "-text"], input: body).checked().text
                #expect(text.contains("X509v3 CRL Number"))
                #expect(try await door.curl(path, ["--head"]).head.contains("Content-Length: \(body.count)\r\n"))
            }
        }
    }

    @Test("CA certificates are served in DER by key identifier, and as a PEM chain that ends with the root")
    func certificates() async throws {
        try await StatusDoor.serve { door in
            for authority in [door.ca.root, door.ca.issuing] {
                let (head, body) = try await door.curl("ca/\(door.identifier(authority)).cer")
                #expect(head.contains("Content-Type: application/pkix-cert\r\n"))
                #expect(body == authority.identity.certificate?.der)
            }
            let (head, body) = try await door.curl("ca/chain.pem")
            #expect(head.contains("Content-Type: application/pem-certificate-chain\r\n"))
            let chain = try Certificate.decodePEMBundle(String(decoding: body, as: UTF8.self))
            #expect(chain.map(\.der) == [door.ca.issuing.identity.certificate?.der, door.ca.root.identity.certificate?.der])
        }
    }

    @Test(
        "Anything else is 404",
        arguments: [
            "crl/00.crl", "crl/x.crl", "crl/00", "ca/00.cer", "ca/%2e%2e", "crl/", "ocsp2",
            "crl/\(String(repeating: "a", count: 2000)).crl",
        ])
    func notFound(_ path: String) async throws {
        try await StatusDoor.serve { door in
            let head = try await door.curl(path).head
            #expect(head.hasPrefix("HTTP/1.1 404"))
        }
    }

    @Test("openssl verifies with the relying-party bundle, and no longer after revocation and publication")
    func relyingParty() async throws {
        try await StatusDoor.serve { door in
            let folder = try TemporaryDirectory()
            let leaf = try folder.write("leaf.pem", door.leaf.pem)
            let chain = try folder.write("chain.pem", try #require(door.ca.issuing.identity.certificate).pem)
            let arguments = ["verify", "-crl_check_all", "-CAfile", folder.path("bundle.pem"), "-untrusted", chain, leaf]

            let (head, bundle) = try await door.curl("relying-party.pem")
            #expect(head.contains("Content-Type: application/x-pem-file\r\n"))
            try folder.write("bundle.pem", bundle)
            let before = try await Command.run("openssl", arguments)
            #expect(before.succeeded, "\(before.errorText)")

            door.ca.clock.advance(by: 1)
            try await door.revoke(door.leaf)
            _ = try await door.ca.services.revocationLists.publish(for: door.ca.issuing, lifetime: 86_400)
            try folder.write("bundle.pem", try await door.curl("relying-party.pem").body)
            let after = try await Command.run("openssl", arguments)
            #expect(!after.succeeded)
            #expect(after.errorText.contains("certificate revoked"))
        }
    }

    @Test("OCSP answers openssl by POST, with and without a nonce, and shows a revocation at once")
    func ocspPost() async throws {
        try await StatusDoor.serve { door in
            let folder = try TemporaryDirectory()
            let leaf = try folder.write("leaf.pem", door.leaf.pem)
            let issuer = try folder.write("issuer.pem", try #require(door.ca.issuing.identity.certificate).pem)
            let root = try folder.write("root.pem", try #require(door.ca.root.identity.certificate).pem)
            let arguments = [
                "ocsp", "-issuer", issuer, "-cert", leaf, "-url", "http://127.0.0.1:\(door.port)/ocsp", "-CAfile", root, "-verify_other",
                issuer,
            ]
            for extra in [[], ["-no_nonce"]] {
                let result = try await Command.run("openssl", arguments + extra).checked()
                #expect(result.errorText.contains("Response verify OK"))
                #expect(result.text.contains("\(leaf): good"))
            }
            try await door.revoke(door.leaf)
            let revoked = try await Command.run("openssl", arguments).checked()
            #expect(revoked.text.contains("\(leaf): revoked"))
            #expect(revoked.text.contains("Reason: superseded"))
        }
    }

    @Test("OCSP by GET takes the base64 in the path, slashes included, and may be cached without a nonce")
    func ocspGet() async throws {
        try await StatusDoor.serve { door in
            let folder = try TemporaryDirectory()
            let leaf = try folder.write("leaf.pem", door.leaf.pem)
            let issuer = try folder.write("issuer.pem", try #require(door.ca.issuing.identity.certificate).pem)
            for nonce in [[], ["-no_nonce"]] {
                let request = folder.path("request.der")
                try await Command.run("openssl", ["ocsp", "-issuer", issuer, "-cert", leaf, "-reqout", request] + nonce).checked()
                let base64 = Data(try folder.read("request.der")).base64EncodedString()
                let escaped = base64.addingPercentEncoding(withAllowedCharacters: .alphanumerics) ?? ""
                for path in [base64, escaped, base64.replacingOccurrences(of: "=", with: "")] {
                    let (head, body) = try await door.curl("ocsp/\(path)", ["--path-as-is"])
                    #expect(head.hasPrefix("HTTP/1.1 200"))
                    #expect(head.contains("Content-Type: application/ocsp-response\r\n"))
                    #expect(
                        head.contains(
                            nonce.isEmpty
                                ? "Cache-Control: no-store\r\n" : "Cache-Control: public, max-age=60, no-transform, must-revalidate\r\n")
                    )
                    let text = try await Command.run("openssl", ["ocsp", "-respin", "/dev/stdin", "-text", "-noverify"], input: body)
                        .checked().text
                    #expect(text.contains("Cert Status: good"))
                }
            }
        }
    }

    @Test("Garbage gets a malformedRequest answer, or 400 where the path is no base64")
    func ocspGarbage() async throws {
        try await StatusDoor.serve { door in
            let (head, body) = try await door.curl("ocsp", ["--data-binary", "garbage", "-H", "Content-Type: application/ocsp-request"])
            #expect(head.hasPrefix("HTTP/1.1 200"))
            #expect(body == [0x30, 0x03, 0x0A, 0x01, 0x01])
            #expect(try await door.curl("ocsp/!!!").head.hasPrefix("HTTP/1.1 400"))
            #expect(try await door.curl("ocsp/").head.hasPrefix("HTTP/1.1 40"))
        }
    }
}
