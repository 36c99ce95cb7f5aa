import Foundation
import TestSupport
import Testing

@Suite("A CA whose keys are in a hardware security module", .timeLimit(.minutes(5)))
struct TokenTests {
    @Test(
        "Root, issuing CA, RA, OCSP responder and TLS server sign in the token, the RA decrypts there, strongSwan enrolls by SCEP, curl shakes hands",
        arguments: ["p256", "rsa2048"])
    func inToken(type: String) async throws {
        let token = try await SoftToken()
        // The recipe of docs/HSM.md.
        for (label, options) in [
            ("root", ["--type", type]), ("issuing", ["--type", type]), ("ra", ["--type", "rsa2048", "--decrypts"]),
            ("ocsp", ["--type", type]), ("tls", ["--type", type == "p256" ? "p256" : "p384"]),
        ] {
            let made = try await Command.run(
                MusterServer.binary, ["key", "generate", "--pkcs11", token.uri(label)] + options, environment: token.environment
            ).checked()
            #expect(made.text.hasPrefix("-----BEGIN PUBLIC KEY-----"))
        }
        let again = try await Command.run(
            MusterServer.binary, ["key", "generate", "--pkcs11", token.uri("root")], environment: token.environment)
        #expect(!again.succeeded && again.errorText.contains("has a key 'root' already"), "\(again.errorText)")
        // Made by another tool: these do as well.
        try await token.generate("elsewhere", type: "rsa:2048")
        let server = try await MusterServer.initialised(
            [
                "--root-key-uri", token.uri("root"), "--ca-key-uri", token.uri("issuing"), "--ra-key-uri", token.uri("ra"),
                "--ocsp-key-uri", token.uri("ocsp"), "--tls-key-uri", token.uri("tls"),
            ], environment: token.environment)
        for name in ["root", "issuing", "scep-ra", "ocsp-responder", "tls-server"] {
            #expect(!FileManager.default.fileExists(atPath: "\(server.data)/keys/\(name).pem"))
        }
        try await server.start(environment: token.environment)
        let folder = try TemporaryDirectory()
        let endpoint = try server.facts.endpoint("scep")
        let client = try StrongSwan()
        try await client.fetchSCEPCertificates(endpoint.url)
        let key = try await OpenSSL.key(.rsa2048, folder.path("key.pem"))
        let answer = try await client.enrollBySCEP(endpoint.url, key: key, name: "token.device.test", challenge: endpoint.challenge)
        let certificate = try folder.write("certificate.pem", try answer.checked().stdout)
        try await OpenSSL.verify(certificate, of: server, "-purpose", "sslclient").checked()
        #expect(try await Revocation(server).ocsp(certificate).contains(": good"))
        let est = try ESTClient(server)
        for version in [["--tls-max", "1.2"], ["--tlsv1.3"]] { #expect(try await est.send("cacerts", options: version).status == 200) }
        let doctor = try await Command.run(
            MusterServer.binary, ["doctor", "--dir", server.data], environment: token.environment)
        for name in ["issuing", "scep-ra", "ocsp-responder", "tls-server"] {
            #expect(doctor.succeeded && doctor.text.contains("the key \(name) is in its token, signs"), "\(doctor.text)")
        }
        #expect(try await server.stop() == 0)
        // With a token that is not to be had, the server says so and does not start.
        let alone = try await server.muster("serve")
        #expect(!alone.succeeded)
    }

    @Test("An RSA key in a token is no key for the TLS server, and init says so")
    func unsuitableTLSKey() async throws {
        let token = try await SoftToken()
        try await token.generate("tls", type: "rsa:2048")
        let folder = try TemporaryDirectory()
        let made = try await Command.run(
            MusterServer.binary, ["init", "--lab", "--dir", folder.path("data"), "--tls-key-uri", token.uri("tls")],
            environment: token.environment)
        #expect(!made.succeeded && made.errorText.contains("of P-256 or P-384"), "\(made.errorText)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("data/muster.yaml")))
    }

    @Test("A wrong PIN makes no CA, and says so")
    func wrongPIN() async throws {
        let token = try await SoftToken()
        try await token.generate("issuing", type: "EC:prime256v1")
        let folder = try TemporaryDirectory()
        let made = try await Command.run(
            MusterServer.binary,
            ["init", "--lab", "--dir", folder.path("data"), "--ca-key-uri", token.uri("issuing", pinFile: "wrong-pin")],
            environment: token.environment)
        #expect(!made.succeeded && made.errorText.contains("the PIN is wrong"), "\(made.errorText)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("data/muster.yaml")))
    }

    @Test("A further CA, the next generation of a CA, and a CA that is taken over may have their keys in the token")
    func laterKeys() async throws {
        let token = try await SoftToken()
        for label in ["radio", "second", "other", "ocsp-1", "ocsp-2"] { try await token.generate(label, type: "EC:prime256v1") }
        for label in ["ra-1", "ra-2"] { try await token.generate(label, type: "rsa:2048") }
        let folder = try TemporaryDirectory()
        let adopted = try await OpenSSL.key(.p256, folder.path("adopted.key"))
        try await Command.run(
            "openssl",
            [
                "req", "-x509", "-new", "-key", adopted, "-subj", "/CN=Adopted CA", "-days", "300", "-addext",
                "keyUsage=critical,keyCertSign,cRLSign", "-out", folder.path("adopted.pem"),
            ]
        ).checked()
        try await Command.run("openssl", ["pkcs8", "-topk8", "-nocrypt", "-in", adopted, "-out", folder.path("adopted.p8")]).checked()
        try await token.bring(folder.path("adopted.p8"), as: "adopted", id: "a1")

        let server = try await MusterServer.initialised()
        try await server.start(environment: token.environment)
        let radio = ["ca", "create", "radio", "--key-uri", token.uri("radio"), "--ocsp-key-uri", token.uri("ocsp-1"), "--ra-key-uri"]
        let curve = try await server.muster(radio + [token.uri("other")])
        #expect(!curve.succeeded && curve.errorText.contains("needs an RSA key"), "\(curve.errorText)")
        try await server.muster(radio + [token.uri("ra-1")]).checked()
        try await server.muster(
            "ca", "rollover", "prepare", "issuing", "--key-uri", token.uri("second"), "--ra-key-uri", token.uri("ra-2"), "--ocsp-key-uri",
            token.uri("ocsp-2")
        ).checked()
        try await server.muster("ca", "rollover", "activate", "issuing").checked()
        let mixed = ["ca", "adopt", "corp", "--chain", folder.path("adopted.pem")]
        #expect(try await !server.muster(mixed).succeeded, "a key is needed")
        let foreign = try await server.muster(mixed + ["--key-uri", token.uri("radio")])
        #expect(!foreign.succeeded && foreign.errorText.contains("the key of the CA 'radio'"), "\(foreign.errorText)")
        let unlike = try await server.muster(mixed + ["--key-uri", token.uri("other")])
        #expect(!unlike.succeeded, "the certificate is of another key")
        try await server.muster(mixed + ["--key-uri", token.uri("adopted")]).checked()
        let keys = try FileManager.default.contentsOfDirectory(atPath: "\(server.data)/keys")
        #expect(Set(keys).isSuperset(of: ["radio-1.uri", "issuing-2.uri", "corp-1.uri"]))
        #expect(!keys.contains("radio-1.pem") && !keys.contains("corp-1.pem"))
        for pattern in [/radio-[0-9a-f]{8}-scep-ra/, /radio-[0-9a-f]{8}-ocsp-responder/, /issuing-[0-9a-f]{8}-scep-ra/] {
            #expect(keys.filter { $0.contains(pattern) }.allSatisfy { $0.hasSuffix(".uri") } && keys.contains { $0.contains(pattern) })
        }

        let endpoint = try server.facts.endpoint("scep")
        let client = try StrongSwan()
        try await client.fetchSCEPCertificates(endpoint.url)
        let key = try await OpenSSL.key(.rsa2048, folder.path("key.pem"))
        let answer = try await client.enrollBySCEP(endpoint.url, key: key, name: "second.device.test", challenge: endpoint.challenge)
        let certificate = try folder.write("certificate.pem", try answer.checked().stdout)
        try await OpenSSL.verify(certificate, of: server, "-purpose", "sslclient").checked()
        #expect(try await Revocation(server).ocsp(certificate).contains(": good"))
        #expect(try await server.stop() == 0)
    }
}
