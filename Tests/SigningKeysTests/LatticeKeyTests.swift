import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

/// ML-DSA against another implementation: the OpenSSL inside Python's `cryptography`.
@Suite("ML-DSA keys", .timeLimit(.minutes(2)))
struct LatticeKeyTests {
    private static let algorithms: [(KeyAlgorithm, SignatureAlgorithm, OID)] = [
        (.mldsa65, .mldsa65, OIDs.mldsa65), (.mldsa87, .mldsa87, OIDs.mldsa87),
    ]

    private func python(_ script: String, _ arguments: String..., in folder: TemporaryDirectory) async throws -> CommandResult {
        try await Command.run(Repository.python, ["-c", script] + arguments, in: folder.path)
    }

    /// PKCS #8 around one of the three forms of RFC 9881 §6.
    private func pem(_ oid: OID, _ choice: [UInt8]) -> String {
        PEM.encode(
            label: "PRIVATE KEY",
            DERBytes.sequence(DERBytes.integer(0), DERBytes.sequence(oid.der), DERBytes.octetString(choice)))
    }

    @Test("Another implementation derives the same key from our encrypted file and verifies our signature, and we verify its")
    func otherImplementation() async throws {
        let folder = try TemporaryDirectory()
        for (algorithm, signatureAlgorithm, _) in Self.algorithms {
            let key = try SoftwareKey.generate(algorithm)
            let message = Array("to be signed".utf8)
            let sealed = try folder.write("sealed.pem", key.encryptedPEM(passphrase: "correct horse"))
            let ours = try folder.write("ours.sig", try await key.sign(message))
            try await python(
                """
                import sys
                from cryptography.hazmat.primitives import serialization as s
                key = s.load_pem_private_key(open(sys.argv[1], "rb").read(), b"correct horse")
                key.public_key().verify(open(sys.argv[2], "rb").read(), b"to be signed")
                der = key.public_key().public_bytes(s.Encoding.DER, s.PublicFormat.SubjectPublicKeyInfo)
                open("public.der", "wb").write(der)
                open("theirs.sig", "wb").write(key.sign(b"to be signed"))
                open("theirs.pem", "wb").write(key.private_bytes(s.Encoding.PEM, s.PrivateFormat.PKCS8,
                    s.BestAvailableEncryption(b"correct horse")))
                """, sealed, ours, in: folder
            ).checked()
            #expect(try folder.read("public.der") == key.publicKey.der)
            let theirs = try folder.read("theirs.sig")
            #expect(key.publicKey.isValidSignature(theirs, over: message, algorithm: signatureAlgorithm))
            #expect(!key.publicKey.isValidSignature(theirs, over: message + [0], algorithm: signatureAlgorithm))
            #expect(!key.publicKey.isValidSignature(theirs, over: message, algorithm: .ed25519))
            #expect(try SoftwareKey(encryptedPEM: folder.text("theirs.pem"), passphrase: "correct horse").publicKey == key.publicKey)
            #expect(throws: KeyFailure.self) { try SoftwareKey(encryptedPEM: folder.text("sealed.pem"), passphrase: "wrong") }
            #expect(try SoftwareKey(pem: key.unencryptedPEM()).publicKey == key.publicKey)
        }
    }

    @Test("Seed and both forms are read, the expanded form alone and two halves of two keys are refused")
    func forms() throws {
        let seed = [UInt8](0..<32)
        for (_, _, oid) in Self.algorithms {
            let key = try SoftwareKey(pem: pem(oid, DERBytes.implicit(0, seed)))
            let expandedCount = oid == OIDs.mldsa65 ? 4032 : 4896
            let foreign = [UInt8](repeating: 7, count: expandedCount)
            #expect(throws: KeyFailure.self) { try SoftwareKey(pem: pem(oid, DERBytes.octetString(foreign))) }
            let both = DERBytes.sequence(DERBytes.octetString(seed), DERBytes.octetString(foreign))
            #expect(throws: KeyFailure.self) { try SoftwareKey(pem: pem(oid, both)) }
            #expect(throws: KeyFailure.self) { try SoftwareKey(pem: pem(oid, DERBytes.implicit(0, seed + [0]))) }
            #expect(try SoftwareKey(pem: key.unencryptedPEM()).publicKey == key.publicKey)
        }
    }

    @Test("The seed of RFC 9881 appendix C makes the public keys that stand there")
    func publishedKeys() throws {
        for (oid, head, tail) in [
            (
                OIDs.mldsa65, "SGg9kZeOMes93biwRzSC0riKX2JZSf2PWKVh5pa9TCfQWzjbsu3wHmZO/YG+HqiTaIzmiqLVHFlY+LvG606J7mfSwDIJVNVyEsrH",
                "1TgTlIppOg+T55xGyl1abco9KMpQrRi9E/ylUFndmxhfefnEcZak6BshBLxGCgUeAvLoRE8="
            ),
            (
                OIDs.mldsa87, "l5K87C8kMGhqgvzPPC9f9mXncderQbkCWM+n6Q7JcSSnOzI7m6Iatk12fEM/WlIe/+GPhuRqGIlSxEZ+BItynn/E0RXn5I2hiW1f",
                "+KVHrYdblqjCspEMkwEwmj+ROKVpMRH1WzwAnKlHw538gtmOscqkqcvohfeG+oblW+BiIi+LqQqXQHMyazEhKuzgo0pg"
            ),
        ] {
            let key = try SoftwareKey(pem: pem(oid, DERBytes.implicit(0, [UInt8](0..<32)))).publicKey.keyBytes
            #expect(key.starts(with: [UInt8](try #require(Data(base64Encoded: head)))))
            #expect(key.reversed().starts(with: [UInt8](try #require(Data(base64Encoded: tail))).reversed()))
        }
    }

    @Test("Parameters of any kind are refused, in keys and in signature algorithms (RFC 9881 §2)")
    func parameters() throws {
        let key = try SoftwareKey.generate(.mldsa65).publicKey
        #expect(key.isCanonical && key.der.count == 1952 + 22)
        let withNull = DERBytes.sequence(DERBytes.sequence(OIDs.mldsa65.der, DERBytes.null), DERBytes.bitString(key.keyBytes))
        #expect(throws: FormatError.self) { try SubjectPublicKeyInfo(der: withNull) }
        #expect(throws: FormatError.self) {
            try SignatureAlgorithm(algorithmIdentifier: DERBytes.sequence(OIDs.mldsa65.der, DERBytes.null))
        }
        #expect(try SignatureAlgorithm(algorithmIdentifier: SignatureAlgorithm.mldsa87.algorithmIdentifier) == .mldsa87)
        let short = DERBytes.sequence(DERBytes.sequence(OIDs.mldsa65.der), DERBytes.bitString(Array(key.keyBytes.dropLast())))
        #expect(throws: FormatError.self) { try SubjectPublicKeyInfo(der: short) }
    }
}
