import PKIFormats
import SigningKeys
import TestSupport
import Testing

@Suite("Public keys")
struct PublicKeyTests {
    @Test("Keys of openssl are told apart")
    func kinds() async throws {
        let lab = try await Lab.shared
        #expect(try lab.certificate("rsa").publicKey.kind == .rsa(bits: 2048, exponent: [1, 0, 1]))
        #expect(try lab.certificate("p256").publicKey.kind == .p256)
        #expect(try lab.certificate("p384").publicKey.kind == .p384)
        #expect(try lab.certificate("p521").publicKey.kind == .p521)
        #expect(try lab.certificate("ed25519").publicKey.kind == .ed25519)
        let other = try await Command.run("openssl", ["genpkey", "-algorithm", "ED448", "-outform", "DER"]).checked()
        let text = try await Command.run("openssl", ["pkey", "-inform", "DER", "-pubout", "-outform", "DER"], input: other.stdout).checked()
        #expect(try SubjectPublicKeyInfo(der: text.stdout).kind == .unsupported([1, 3, 101, 113]))
        #expect(throws: FormatError.self) { try SubjectPublicKeyInfo(der: text.stdout).validatedKind() }
    }

    @Test("A key made of its numbers is the key")
    func parts() async throws {
        let lab = try await Lab.shared
        let key = try lab.certificate("rsa").publicKey
        let numbers = try #require(key.rsa)
        #expect(try SubjectPublicKeyInfo.rsa(modulus: numbers.modulus, exponent: numbers.exponent) == key)
        let curve = try lab.certificate("p256").publicKey
        #expect(try SubjectPublicKeyInfo.ec(curve: OIDs.p256, point: curve.keyBytes) == curve)
        #expect(curve.rsa == nil)
    }

    @Test("A point off the curve is parsed and then refused")
    func offCurve() async throws {
        var point = try await Lab.shared.certificate("p256").publicKey.keyBytes
        point[64] ^= 1
        let key = try SubjectPublicKeyInfo.ec(curve: OIDs.p256, point: point)
        #expect(key.kind == .p256)
        #expect(throws: FormatError.self) { try key.validatedKind() }
        #expect(throws: FormatError.self) { try SubjectPublicKeyInfo.ec(curve: OIDs.p256, point: [2] + point[1..<33]) }
        #expect(throws: FormatError.self) { try SubjectPublicKeyInfo.ec(curve: OIDs.p256, point: []) }
    }

    @Test("RSA keys with senseless numbers are refused")
    func senselessRSA() throws {
        let modulus = [0xC1] + [UInt8](repeating: 0x55, count: 255)
        #expect(
            try SubjectPublicKeyInfo.rsa(modulus: modulus, exponent: [1, 0, 1]).validatedKind() == .rsa(bits: 2048, exponent: [1, 0, 1]))
        for (modulus, exponent): ([UInt8], [UInt8]) in [
            (modulus, [1]), (modulus, [4]), (modulus.dropLast() + [0x54], [3]), ([UInt8](repeating: 0xFF, count: 2048), [3]),
            (modulus, [UInt8](repeating: 0xFF, count: 9)), ([15], [3]),
        ] {
            let key = try SubjectPublicKeyInfo.rsa(modulus: Array(modulus), exponent: exponent)
            #expect(throws: FormatError.self) { try key.validatedKind() }
            #expect(!key.isValidSignature([1], over: [], algorithm: .rsaSHA256))
        }
        #expect(throws: FormatError.self) { try SubjectPublicKeyInfo.rsa(modulus: [], exponent: [3]) }
    }

    @Test("An algorithm that does not fit the key never verifies")
    func mismatch() async throws {
        let lab = try await Lab.shared
        let algorithms: [SignatureAlgorithm] = [.ecdsaSHA256, .rsaSHA256, .rsaPSS(.sha256), .ed25519]
        for kind in Lab.kinds {
            let key = try lab.key(kind)
            let signature = try await key.sign([1, 2, 3])
            for algorithm in algorithms where algorithm != key.defaultAlgorithm {
                #expect(!key.publicKey.isValidSignature(signature, over: [1, 2, 3], algorithm: algorithm))
            }
            #expect(key.publicKey.isValidSignature(signature, over: [1, 2, 3], algorithm: key.defaultAlgorithm))
            #expect(!key.publicKey.isValidSignature([], over: [1, 2, 3], algorithm: key.defaultAlgorithm))
        }
    }

    @Test("Unknown signature algorithms, and PSS with odd parameters, are refused")
    func algorithms() throws {
        let all: [SignatureAlgorithm] = [
            .ecdsaSHA1, .ecdsaSHA256, .ecdsaSHA384, .ecdsaSHA512, .rsaSHA1, .rsaSHA256, .rsaSHA384, .rsaSHA512, .rsaPSS(.sha1),
            .rsaPSS(.sha256),
            .rsaPSS(.sha384), .rsaPSS(.sha512), .ed25519,
        ]
        for algorithm in all { #expect(try SignatureAlgorithm(algorithmIdentifier: algorithm.algorithmIdentifier) == algorithm) }
        let pss = DERBytes.sequence(OIDs.rsassaPSS.der, DERBytes.sequence(DERBytes.explicit(2, DERBytes.integer(8))))
        for der in [
            DERBytes.sequence(DERBytes.oid([1, 2, 840, 113549, 1, 1, 4]), DERBytes.null), pss, DERBytes.sequence(OIDs.rsassaPSS.der), [],
            DERBytes.sequence(),
        ] {
            #expect(throws: FormatError.self) { try SignatureAlgorithm(algorithmIdentifier: der) }
        }
    }
}
