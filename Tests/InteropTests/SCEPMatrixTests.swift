import Foundation
import TestSupport
import Testing

/// Clients against layouts: enroll, refuse, wait for a person, renew by 17 and by 19, GET and POST, GetCert, GetCRL, GetNextCACert.
@Suite("SCEP clients in every layout", .serialized, .timeLimit(.minutes(8)), SCEPLayouts())
struct SCEPMatrixTests {
    let server: MusterServer
    let folder: TemporaryDirectory

    init() throws {
        server = try SCEPLayouts.current
        folder = try TemporaryDirectory()
    }

    private struct Pending: Decodable {
        struct Request: Decodable {
            let id: String
            let subject: String
        }

        let requests: [Request]
    }

    private func approve(_ name: String) async throws {
        for _ in 0..<400 {
            let listed = try await server.muster("pending", "--json").checked()
            let requests = try JSONDecoder().decode(Pending.self, from: Data(listed.stdout)).requests
            if let request = requests.first(where: { $0.subject.contains("CN=\(name)") }) {
                try await server.muster("approve", request.id).checked()
                return
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw CommandFailure("nothing waits for \(name)")
    }

    private func challenge(_ layout: SCEPLayout, _ name: String) async throws -> String {
        let made = try await server.muster("challenge", "new", "--endpoint", layout.endpoint, "--bind-name", name, "--json").checked()
        return try NewChallenge(json: made.stdout).challenge
    }

    /// The certificates that GetCACert gives, as files of strongSwan's: who opens requests, who signs answers.
    private func strongSwan(_ layout: SCEPLayout) async throws -> (client: StrongSwan, encryption: String, signing: String) {
        let client = try StrongSwan()
        try await client.fetchSCEPCertificates(layout.url(server))
        if layout == .authority { return (client, "ca-1.pem", "ca-1.pem") }
        guard layout == .split else { return (client, "ra.pem", "ra.pem") }
        var files = ["ra.pem", "ra-2.pem"]
        guard let position = files.firstIndex(where: { FileManager.default.fileExists(atPath: client.folder.path($0)) }) else {
            throw CommandFailure("no RA certificates")
        }
        let first = try await OpenSSL.field("-ext", "keyUsage", of: client.folder.path(files[position]))
        if !first.contains("Digital Signature") { files.swapAt(0, 1) }
        return (client, files[1], files[0])
    }

    /// Whether a certificate stands below the layout's CA.
    private func isGood(_ certificate: String, _ layout: SCEPLayout) async throws -> Bool {
        try await isGood(certificate, below: layout.ca)
    }

    private func isGood(_ certificate: String, below ca: String) async throws -> Bool {
        let issuer = try folder.write("issuer.pem", try await server.muster("ca", "show", ca).checked().stdout)
        return try await Command.run("openssl", ["verify", "-CAfile", server.root, "-untrusted", issuer, certificate]).succeeded
    }

    @Test("strongSwan by POST: enrolls, is refused, renews by RenewalReq, waits for a person", arguments: SCEPLayout.allCases)
    func strongSwanInEveryLayout(_ layout: SCEPLayout) async throws {
        let (client, encryption, signing) = try await strongSwan(layout)
        let url = layout.url(server)
        let name = "swan-\(layout.rawValue).test"
        let key = try await OpenSSL.key(.rsa2048, folder.path("key.pem"))
        let secret = try await challenge(layout, name)
        let refused = try await client.enrollBySCEP(
            url, key: key, name: "other.test", challenge: secret, encryption: encryption, signing: signing)
        #expect(!refused.succeeded && refused.stdout.isEmpty)
        let enrolled = try await client.enrollBySCEP(url, key: key, name: name, challenge: secret, encryption: encryption, signing: signing)
        let first = try folder.write("first.pem", try enrolled.checked().stdout)
        #expect(try await isGood(first, layout))

        let next = try await OpenSSL.key(.rsa2048, folder.path("next.pem"))
        let renewed = try await client.enrollBySCEP(
            url, key: next, name: name, encryption: encryption, signing: signing, options: ["--cert", first, "--key", key])
        let second = try folder.write("second.pem", try renewed.checked().stdout)
        #expect(try await isGood(second, layout))
        #expect(try await OpenSSL.serial(first) != OpenSSL.serial(second))

        try await server.muster("endpoint", "hold", layout.endpoint).checked()
        let waiting = "wait-\(layout.rawValue).test"
        let another = try await challenge(layout, waiting)
        let third = try await OpenSSL.key(.rsa2048, folder.path("third.key"))
        async let held = client.enrollBySCEP(url, key: third, name: waiting, challenge: another, encryption: encryption, signing: signing)
        try await approve(waiting)
        let last = try folder.write("third.pem", try await held.checked().stdout)
        #expect(try await isGood(last, layout))
        try await server.muster("endpoint", "automatic", layout.endpoint).checked()
    }

    /// The chain of its RA is verified by strongSwan, that of the certificates by OpenSSL. Neither knows ML-DSA in the versions at hand.
    @Test("strongSwan enrolls and renews below CAs of other keys behind an RSA RA", arguments: ["p384", "p521", "ed25519"])
    func strongSwanBelowOtherKeys(_ algorithm: String) async throws {
        try await server.muster("ca", "create", algorithm, "--key", algorithm, "--endpoint", "scep").checked()
        let url = "\(server.httpURL)/scep/\(algorithm)"
        let name = "swan-\(algorithm).test"
        let made = try await server.muster(
            "challenge", "new", "--endpoint", "scep-\(algorithm)", "--bind-name", name, "--json"
        ).checked()
        let client = try StrongSwan()
        try await client.fetchSCEPCertificates(url)
        let key = try await OpenSSL.key(.rsa2048, folder.path("key.pem"))
        let enrolled = try await client.enrollBySCEP(url, key: key, name: name, challenge: NewChallenge(json: made.stdout).challenge)
        let first = try folder.write("first.pem", try enrolled.checked().stdout)
        #expect(try await isGood(first, below: algorithm))
        let next = try await OpenSSL.key(.rsa2048, folder.path("next.pem"))
        let renewed = try await client.enrollBySCEP(url, key: next, name: name, options: ["--cert", first, "--key", key])
        #expect(try await isGood(try folder.write("second.pem", try renewed.checked().stdout), below: algorithm))
    }

    @Test("The commands that `muster endpoint setup` prints for strongSwan fit an RA in two halves")
    func printedCommands() async throws {
        let printed = try await server.muster(
            "endpoint", "setup", SCEPLayout.split.endpoint, "--for", "strongswan", "--device", "printed.test", "--json", "--output",
            folder.path("out")
        ).checked()
        let commands = try #require(
            try (JSONSerialization.jsonObject(with: Data(printed.stdout)) as? [String: Any])?["commands"] as? String)
        try await Command.run("bash", ["-e", "-c", commands], in: folder.path, timeout: .seconds(180)).checked()
        #expect(try await isGood(folder.path("cert.pem"), .split))
    }

    @Test("certmonger by GET: enrolls, and renews by a PKCSReq that the old certificate signs", arguments: SCEPLayout.allCases)
    func certmonger(_ layout: SCEPLayout) async throws {
        let name = "cm-\(layout.rawValue).test"
        let client = try Certmonger()
        let certificate = try await client.enroll(layout.url(server), name: name, challenge: challenge(layout, name), renews: true)
        #expect(try await isGood(certificate, layout))
        #expect(try await OpenSSL.serial(certificate) != OpenSSL.serial(client.folder.path("first.pem")))
    }

    @Test("certmonger by GET: is refused, and waits for a person", arguments: SCEPLayout.allCases)
    func certmongerWaits(_ layout: SCEPLayout) async throws {
        let name = "cm-wait-\(layout.rawValue).test"
        try await Certmonger().enrollRefused(layout.url(server), name: name, challenge: "wrong")
        try await server.muster("endpoint", "hold", layout.endpoint).checked()
        let secret = try await challenge(layout, name)
        let client = try Certmonger()
        async let held = client.enrollWaiting(layout.url(server), name: name, challenge: secret)
        try await approve(name)
        #expect(try await isGood(try await held, layout))
        try await server.muster("endpoint", "automatic", layout.endpoint).checked()
    }

    /// PyScep verifies RSA signatures alone, so an RSA CA; and where one RA has both key usages it encrypts to the CA.
    @Test(
        "PyScep by POST: waits and polls, gets its certificate, asks for it again and for the CRL, and renews by a PKCSReq",
        arguments: [SCEPLayout.split, .authority])
    func pyScep(_ layout: SCEPLayout) async throws {
        let name = "py-\(layout.rawValue).test"
        // In CA mode it takes the first CA certificate that it gets for the one to talk to, and its issuer for the one to ask about.
        if layout == .authority { try await server.muster("endpoint", "option", layout.endpoint, "sendRoot=false").checked() }
        func ask(_ arguments: String...) async throws -> String {
            let script = Repository.file("Tests/InteropTests/pyscep-client.py")
            let result = try await Command.run(Repository.python, ["-W", "ignore", script, layout.url(server)] + arguments).checked()
            return result.text.trimmingCharacters(in: .whitespacesAndNewlines)
        }
        #expect(try await ask("enroll", name, "wrong", folder.path).hasPrefix("FAILURE"))
        try await server.muster("endpoint", "hold", layout.endpoint).checked()
        #expect(try await ask("enroll", name, challenge(layout, name), folder.path) == "PENDING")
        #expect(try await ask("poll", name, folder.path) == "PENDING")
        try await approve(name)
        #expect(try await ask("poll", name, folder.path) == "SUCCESS")
        try await server.muster("endpoint", "automatic", layout.endpoint).checked()
        func issued(in folder: TemporaryDirectory) async throws -> String {
            let certificate = folder.path("certificate.pem")
            try await Command.run("openssl", ["x509", "-inform", "DER", "-in", folder.path("certificate.der"), "-out", certificate])
                .checked()
            return certificate
        }
        let certificate = try await issued(in: folder)
        #expect(try await isGood(certificate, layout))
        #expect(try await ask("getcert", folder.path) == "SUCCESS True")
        #expect(try await ask("getcrl", folder.path).hasPrefix("SUCCESS {"))
        let other = try TemporaryDirectory()
        #expect(try await ask("renew", name, folder.path, other.path) == "SUCCESS")
        let renewed = try await issued(in: other)
        #expect(try await isGood(renewed, layout))
        #expect(try await OpenSSL.serial(renewed) != OpenSSL.serial(certificate))
        if layout == .authority { try await server.muster("endpoint", "option", layout.endpoint, "--reset", "sendRoot").checked() }
    }

    /// The CA's key in a layout with one RA does not decrypt: PyScep reads a refusal, not a certificate.
    @Test("Q17: what PyScep encrypts to a CA that is not in CA mode is not opened")
    func pyScepEncryptsToTheCA() async throws {
        try await server.muster("ca", "create", "plain", "--key", "rsa2048", "--endpoint", "scep").checked()
        let script = Repository.file("Tests/InteropTests/pyscep-client.py")
        let answer = try await Command.run(
            Repository.python, ["-W", "ignore", script, "\(server.httpURL)/scep/plain", "enroll", "py.test", "secret", folder.path])
        #expect(!answer.text.contains("SUCCESS"))
    }

    @Test("Q14: Debian's scepclient, with single DES and SHA-1, is refused with words that name the remedy", arguments: SCEPLayout.allCases)
    func weakClient(_ layout: SCEPLayout) async throws {
        let name = "weak-\(layout.rawValue).test"
        // It crashes on an EC certificate, the root's, unless it is told which one to encrypt to.
        let (client, encryption, _) = try await strongSwan(layout)
        let print = try await OpenSSL.field("-fingerprint", "-sha256", of: client.folder.path(encryption))
        let fingerprint = String(print.split(separator: "=").last ?? "").replacingOccurrences(of: ":", with: "").lowercased()
        let answer = try await Command.run(
            "scepclient",
            [
                "-server-url", layout.url(server), "-challenge", try await challenge(layout, name), "-cn", name, "-private-key",
                folder.path("weak.key"), "-certificate", folder.path("weak.pem"), "-ca-fingerprint", fingerprint,
            ], in: folder.path)
        #expect(!answer.succeeded && !FileManager.default.fileExists(atPath: folder.path("weak.pem")))
        let told = try await server.muster("transactions", "--outcome", "refused").checked().text
        #expect(told.split(separator: "\n").contains { $0.contains(" \(layout.endpoint) ") && $0.contains(" unsupportedAlgorithm ") })
    }

    @Test("A CA that was not made for it is no CA in CA mode, and one that was needs an RSA key")
    func caModeIsChosenOnPurpose() async throws {
        let refused = try await server.muster("endpoint", "option", "scep-default", "mode=ca")
        #expect(!refused.succeeded && refused.errorText.contains("--scep-ca-mode"))
        #expect(try await !server.muster("ca", "create", "curve", "--endpoint", "scep", "--scep-ca-mode").succeeded)
        #expect(try await server.muster("doctor").text.contains("decrypts for strangers"))
    }

    @Test("doctor warns of an endpoint that takes 3DES or SHA-1, and says how to end it", arguments: [SCEPLayout.combined, .authority])
    func weakEndpoint(_ layout: SCEPLayout) async throws {
        let remedy = "muster endpoint option \(layout.endpoint) allow3DES=false allowSHA1=false"
        #expect(try await !server.muster("doctor").text.contains(remedy))
        for option in ["allow3DES", "allowSHA1"] {
            try await server.muster("endpoint", "option", layout.endpoint, "\(option)=true").checked()
            #expect(try await server.muster("doctor").text.contains(remedy))
            try await server.muster("endpoint", "option", layout.endpoint, "--reset", option).checked()
        }
    }

    @Test(
        "GetNextCACert gives the next generation in the layout of the present one, and strongSwan gets a shadow certificate of it",
        arguments: [SCEPLayout.split, .authority])
    func nextGeneration(_ layout: SCEPLayout) async throws {
        try await server.muster("ca", "rollover", "prepare", layout.ca).checked()
        try await Command.run(
            "curl", ["-sSf", "-o", folder.path("next.der"), "\(layout.url(server))?operation=GetNextCACert"]
        ).checked()
        let present = try await server.muster("ca", "show", layout.ca).checked().text.components(separatedBy: "# next")[0]
        let presentIssuer = try folder.write("present.pem", present)
        try await Command.run(
            "openssl",
            [
                "cms", "-verify", "-inform", "DER", "-binary", "-in", folder.path("next.der"), "-CAfile", server.root, "-certfile",
                presentIssuer, "-purpose", "any", "-out", folder.path("inner.der"),
            ]
        ).checked()
        let next = try await OpenSSL.certificates(inside: folder.path("inner.der"), to: folder, as: "next")
        // The RA's halves, or none, then the CA and the root.
        try #require(next.count == (layout == .split ? 4 : 2))
        let (signing, encryption, issuer) = (next[0], next[layout == .split ? 1 : 0], next[layout == .split ? 2 : 0])
        for (index, certificate) in next.enumerated() {
            let usage = try await Command.run("openssl", ["x509", "-in", certificate, "-noout", "-text"]).checked().text
            #expect(usage.contains("Key Encipherment") == (certificate == encryption), "\(index)")
        }

        let (client, _, _) = try await strongSwan(layout)
        try client.folder.write("ca-9.pem", try String(contentsOfFile: issuer, encoding: .utf8))
        let name = "shadow-\(layout.rawValue).test"
        let key = try await OpenSSL.key(.rsa2048, folder.path("key.pem"))
        let answer = try await client.enrollBySCEP(
            layout.url(server), key: key, name: name, challenge: challenge(layout, name), encryption: encryption, signing: signing)
        let shadow = try folder.write("shadow.pem", try answer.checked().stdout)
        for (above, isIssuer) in [(issuer, true), (presentIssuer, false)] {
            let verified = try await Command.run("openssl", ["verify", "-CAfile", server.root, "-untrusted", above, shadow])
            #expect(verified.succeeded == isIssuer)
        }
    }

    @Test("Q32: the RA's certificates have key usage and Certificate Request Agent, which Windows insists on")
    func registrationAuthorities() async throws {
        let (combined, ra, _) = try await strongSwan(.combined)
        let (split, encryption, signing) = try await strongSwan(.split)
        for (file, usages) in [
            (combined.folder.path(ra), ["Digital Signature", "Key Encipherment"]), (split.folder.path(encryption), ["Key Encipherment"]),
            (split.folder.path(signing), ["Digital Signature"]),
        ] {
            let text = try await OpenSSL.field("-ext", "keyUsage,extendedKeyUsage", of: file)
            #expect(text.contains("critical") && text.contains("1.3.6.1.4.1.311.20.2.1"))
            for usage in ["Digital Signature", "Key Encipherment"] { #expect(text.contains(usage) == usages.contains(usage)) }
        }
    }
}
