import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

@Suite("Software keys")
struct SoftwareKeyTests {
    /// Generated once: RSA takes its time.
    static let keys: [KeyAlgorithm: SoftwareKey] = {
        Dictionary(
            uniqueKeysWithValues: KeyAlgorithm.allCases.compactMap { algorithm in
                (try? SoftwareKey.generate(algorithm)).map { (algorithm, $0) }
            })
    }()

    static func key(_ algorithm: KeyAlgorithm) throws -> SoftwareKey { try #require(keys[algorithm]) }

    @Test("A generated key is of the kind asked for, and usable", arguments: KeyAlgorithm.allCases)
    func kinds(algorithm: KeyAlgorithm) throws {
        let kind = try Self.key(algorithm).publicKey.validatedKind()
        switch algorithm {
        case .p256: #expect(kind == .p256)
        case .p384: #expect(kind == .p384)
        case .p521: #expect(kind == .p521)
        case .ed25519: #expect(kind == .ed25519)
        case .mldsa65: #expect(kind == .mldsa65)
        case .mldsa87: #expect(kind == .mldsa87)
        case .rsa2048: #expect(kind == .rsa(bits: 2048, exponent: [1, 0, 1]))
        case .rsa3072: #expect(kind == .rsa(bits: 3072, exponent: [1, 0, 1]))
        case .rsa4096: #expect(kind == .rsa(bits: 4096, exponent: [1, 0, 1]))
        }
    }

    @Test("Two generated keys differ")
    func fresh() throws {
        #expect(try SoftwareKey.generate(.p256).publicKey != SoftwareKey.generate(.p256).publicKey)
    }

    @Test(
        "openssl verifies our signatures", arguments: [KeyAlgorithm.p256, .p384, .p521, .rsa2048], [HashAlgorithm.sha256, .sha384, .sha512])
    func signatures(algorithm: KeyAlgorithm, hash: HashAlgorithm) async throws {
        let key = try Self.key(algorithm)
        let directory = try TemporaryDirectory()
        let message = Array("to be signed".utf8)
        let publicKey = try directory.write("public.pem", PEM.encode(label: "PUBLIC KEY", key.publicKey.der))
        let algorithms: [SignatureAlgorithm] = algorithm.rawValue.hasPrefix("rsa") ? [.rsa(hash), .rsaPSS(hash)] : [.ecdsa(hash)]
        for signatureAlgorithm in algorithms {
            let signature = try await key.sign(message, algorithm: signatureAlgorithm)
            #expect(key.publicKey.isValidSignature(signature, over: message, algorithm: signatureAlgorithm))
            #expect(!key.publicKey.isValidSignature(signature, over: message + [0], algorithm: signatureAlgorithm))
            let file = try directory.write("signature", signature)
            var arguments = ["dgst", "-\(hash)", "-verify", publicKey, "-signature", file]
            if case .rsaPSS = signatureAlgorithm { arguments += ["-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:digest"] }
            #expect(try await Command.run("openssl", arguments, input: message).checked().text.contains("Verified OK"))
        }
    }

    @Test("An algorithm that does not fit the key is refused", arguments: [KeyAlgorithm.p256, .rsa2048])
    func mismatch(algorithm: KeyAlgorithm) async throws {
        let key = try Self.key(algorithm)
        for other: SignatureAlgorithm in algorithm == .p256 ? [.rsaSHA256, .ed25519, .ecdsaSHA1] : [.ecdsaSHA256, .ed25519] {
            await #expect(throws: KeyFailure.self) { try await key.sign([1], algorithm: other) }
        }
    }

    @Test(
        "openssl opens our encrypted keys, and only with the passphrase", arguments: [KeyAlgorithm.p256, .p384, .p521, .rsa2048, .ed25519])
    func ourPKCS8(algorithm: KeyAlgorithm) async throws {
        let key = try Self.key(algorithm)
        let directory = try TemporaryDirectory()
        let text = try key.encryptedPEM(passphrase: "correct horse")
        #expect(text.hasPrefix("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"))
        let file = try directory.write("key.pem", text)
        let publicKey = try await Command.run(
            "openssl", ["pkey", "-in", file, "-passin", "pass:correct horse", "-pubout", "-outform", "DER"]
        ).checked().stdout
        #expect(publicKey == key.publicKey.der)
        #expect(try await !Command.run("openssl", ["pkey", "-in", file, "-passin", "pass:wrong", "-noout"]).succeeded)
        let structure = try await Command.run("openssl", ["asn1parse", "-in", file]).checked().text
        for expected in ["PBES2", "PBKDF2", "hmacWithSHA256", "aes-256-cbc"] { #expect(structure.contains(expected)) }
        #expect(try SoftwareKey(encryptedPEM: text, passphrase: "correct horse").publicKey == key.publicKey)
        #expect(throws: KeyFailure.self) { try SoftwareKey(encryptedPEM: text, passphrase: "wrong") }
        #expect(throws: KeyFailure.self) { try SoftwareKey(encryptedPEM: text, passphrase: "") }
        #expect(throws: KeyFailure.self) { try SoftwareKey(pem: text) }
        #expect(try key.encryptedPEM(passphrase: "correct horse") != text)
    }

    @Test(
        "Encrypted keys of openssl are opened, by PBKDF2 and scrypt", arguments: ["RSA", "EC", "ED25519"],
        ["-v2 aes-256-cbc", "-v2 aes-128-cbc -v2prf hmacWithSHA512", "-scrypt", "-v2 des3"])
    func foreignPKCS8(kind: String, options: String) async throws {
        let directory = try TemporaryDirectory()
        let parameters =
            kind == "RSA" ? ["-pkeyopt", "rsa_keygen_bits:2048"] : kind == "EC" ? ["-pkeyopt", "ec_paramgen_curve:P-256"] : []
        try await Command.run("openssl", ["genpkey", "-algorithm", kind, "-out", "key.pem"] + parameters, in: directory.path).checked()
        try await Command.run(
            "openssl",
            ["pkcs8", "-topk8", "-in", "key.pem", "-out", "sealed.pem", "-passout", "pass:pässword"]
                + options.split(separator: " ").map(String.init),
            in: directory.path
        ).checked()
        let key = try SoftwareKey(encryptedPEM: directory.text("sealed.pem"), passphrase: "pässword")
        #expect(try SoftwareKey(pem: directory.text("key.pem")).publicKey == key.publicKey)
        let signature = try await key.sign([1, 2, 3])
        #expect(key.publicKey.isValidSignature(signature, over: [1, 2, 3], algorithm: key.defaultAlgorithm))
    }

    @Test("The older forms of openssl are read: PKCS #1 and SEC 1, encrypted and not")
    func traditional() async throws {
        let directory = try TemporaryDirectory()
        for arguments in [
            ["genrsa", "-traditional", "-out", "rsa.pem", "2048"],
            ["ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", "ec.pem"],
        ] {
            try await Command.run("openssl", arguments, in: directory.path).checked()
        }
        #expect(try SoftwareKey(pem: directory.text("rsa.pem")).publicKey.kind.isRSA)
        #expect(try SoftwareKey(pem: directory.text("ec.pem")).publicKey.kind == .p256)
        try await Command.run(
            "openssl", ["rsa", "-aes128", "-traditional", "-in", "rsa.pem", "-out", "sealed.pem", "-passout", "pass:secret"],
            in: directory.path
        ).checked()
        #expect(try SoftwareKey(encryptedPEM: directory.text("sealed.pem"), passphrase: "secret").publicKey.kind.isRSA)
    }

    @Test("The unencrypted form is read by openssl and by us", arguments: [KeyAlgorithm.p256, .rsa2048])
    func unencrypted(algorithm: KeyAlgorithm) async throws {
        let key = try Self.key(algorithm)
        let text = try key.unencryptedPEM()
        #expect(text.hasPrefix("-----BEGIN PRIVATE KEY-----\n"))
        #expect(try SoftwareKey(pem: text).publicKey == key.publicKey)
        let publicKey = try await Command.run("openssl", ["pkey", "-pubout", "-outform", "DER"], input: Array(text.utf8)).checked().stdout
        #expect(publicKey == key.publicKey.der)
    }

    @Test("What is no key, or too weak a key, is refused")
    func refused() async throws {
        for text in ["", "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", String(repeating: "x", count: 70_000)] {
            #expect(throws: KeyFailure.self) { try SoftwareKey(pem: text) }
        }
        let weak = try await Command.run("openssl", ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"]).checked().text
        #expect(throws: KeyFailure.self) { try SoftwareKey(pem: weak) }
        let odd = try await Command.run("openssl", ["genpkey", "-algorithm", "ED448"]).checked().text
        #expect(throws: KeyFailure.self) { try SoftwareKey(pem: odd) }
        #expect(throws: KeyFailure.self) { try Self.key(.p256).encryptedPEM(passphrase: "abc") }
    }

    @Test("A passphrase longer than OpenSSL's buffer is refused, not cut")
    func longPassphrase() throws {
        let key = try Self.key(.p256)
        let passphrase = String(repeating: "x", count: 1000)
        let text = try key.encryptedPEM(passphrase: passphrase)
        #expect(try SoftwareKey(encryptedPEM: text, passphrase: passphrase).publicKey == key.publicKey)
        #expect(throws: KeyFailure.self) { try key.encryptedPEM(passphrase: passphrase + passphrase) }
    }

    @Test("Many signatures at once all verify")
    func concurrency() async throws {
        let key = try Self.key(.rsa2048)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let message = [UInt8(number)]
                    return key.publicKey.isValidSignature(try await key.sign(message), over: message, algorithm: .rsaSHA256)
                }
            }
            for try await isValid in group { #expect(isValid) }
        }
    }
}
