import Foundation
import HTTPTransport
import TestSupport
import Testing

@Suite struct TLSListenerTests {
    @Test("TLS 1.2 and 1.3 are served, 1.1 is not")
    func versions() async throws {
        let material = try await TLSMaterial()
        try await RunningListener.serve(tls: material.identity("server")) { port, _ in
            let text1 = try await material.curl(port, "hello", ["--tls-max", "1.2"])
            #expect(text1 == "hello 127.0.0.1")
            let text2 = try await material.curl(port, "hello", ["--tlsv1.3"])
            #expect(text2 == "hello 127.0.0.1")
            let text3 = try await material.curl(port, "hello", ["--tls-max", "1.1", "--ciphers", "DEFAULT@SECLEVEL=0"])
            #expect(text3 == "")
        }
    }

    @Test("A listener that asks takes a client without a certificate, and any presented chain, leaf first")
    func clientCertificates() async throws {
        let material = try await TLSMaterial()
        let leaf = try await Command.run("openssl", ["x509", "-in", "client.pem", "-outform", "DER"], in: material.directory.path).checked()
            .stdout
        let issuer = try await Command.run("openssl", ["x509", "-in", "client-ca.pem", "-outform", "DER"], in: material.directory.path)
            .checked().stdout
        try await RunningListener.serve(tls: material.identity("server"), asksForClientCertificate: true) { port, _ in
            for version in ["1.2", "1.3"] {
                let text4 = try await material.curl(port, "certificates", ["--tls-max", version])
                #expect(text4 == "\n")
                let chain = try await material.curl(
                    port, "certificates", ["--tls-max", version, "--cert", "client-chain.pem", "--key", "client.key"])
                #expect(chain == "\(leaf.count),\(issuer.count)\n")
            }
        }
    }

    @Test("A resumed session still shows the leaf")
    func resumption() async throws {
        let material = try await TLSMaterial()
        let leaf = try await Command.run("openssl", ["x509", "-in", "client.pem", "-outform", "DER"], in: material.directory.path).checked()
            .stdout
        try await RunningListener.serve(tls: material.identity("server"), asksForClientCertificate: true) { port, _ in
            let request = Array("GET /certificates HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".utf8)
            let common = [
                "s_client", "-connect", "localhost:\(port)", "-CAfile", "server-ca.pem", "-cert", "client.pem", "-key", "client.key",
                "-tls1_2",
                "-ign_eof",
            ]
            let first = try await Command.run("openssl", common + ["-sess_out", "session"], input: request, in: material.directory.path)
            #expect(first.text.contains("\n\(leaf.count)\n"))
            let second = try await Command.run("openssl", common + ["-sess_in", "session"], input: request, in: material.directory.path)
            #expect(second.text.contains("Reused, TLSv1.2"))
            #expect(second.text.contains("\n\(leaf.count)\n"))
        }
    }

    @Test("A listener that does not ask never sees a certificate")
    func notAsking() async throws {
        let material = try await TLSMaterial()
        try await RunningListener.serve(tls: material.identity("server")) { port, _ in
            let text5 = try await material.curl(port, "certificates", ["--cert", "client.pem", "--key", "client.key"])
            #expect(text5 == "\n")
        }
    }

    @Test("A new identity is used without a restart, and a broken one leaves the old in use")
    func reload() async throws {
        let material = try await TLSMaterial()
        let source = try material.identity("server")
        try await RunningListener.serve(tls: source) { port, _ in
            let text6 = try await material.curl(port, "hello")
            #expect(text6 == "hello 127.0.0.1")
            #expect(throws: TLSIdentityFailure.self) {
                try source.reload(certificateChainPEM: material.text("other.pem"), key: .pem(material.text("server.key")))
            }
            #expect(throws: TLSIdentityFailure.self) { try source.reload(certificateChainPEM: "", key: .pem("")) }
            let text7 = try await material.curl(port, "hello")
            #expect(text7 == "hello 127.0.0.1")
            try source.reload(certificateChainPEM: material.text("other.pem"), key: .pem(material.text("other.key")))
            let text8 = try await material.curl(port, "hello")
            #expect(text8 == "")
            let text9 = try await material.curl(port, "hello", ca: "other")
            #expect(text9 == "hello 127.0.0.1")
        }
    }

    @Test("A client that never starts the handshake is closed at the deadline")
    func silentHandshake() async throws {
        let material = try await TLSMaterial()
        let limits = HTTPLimits(requestDeadline: .milliseconds(500))
        try await RunningListener.serve(limits: limits, tls: material.identity("server")) { port, _ in
            let outcome = await RawConnection.talk(port: port, [])
            #expect(outcome.wasClosedByServer && outcome.seconds < 4)
        }
    }
}
