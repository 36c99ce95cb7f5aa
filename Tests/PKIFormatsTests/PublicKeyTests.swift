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

    @Test("An Ed25519 key of small order, under which anything verifies, is refused in each of its encodings")
    func smallOrder() throws {
        // Chalkias, Garillot, Nikolaenko, "Taming the many EdDSAs" (2020), table 5, and libsodium's list.
        for text in [
            "0000000000000000000000000000000000000000000000000000000000000000",
            "0100000000000000000000000000000000000000000000000000000000000000",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
            "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
            "0000000000000000000000000000000000000000000000000000000000000080",
            "0100000000000000000000000000000000000000000000000000000000000080",
        ] {
            let octets = try #require([UInt8](hex: text))
            #expect(throws: FormatError.self, "\(text)") { try SubjectPublicKeyInfo.plain(OIDs.ed25519, octets).validatedKind() }
        }
        // RFC 8032 §7.1, test 1.
        let good = try #require([UInt8](hex: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"))
        #expect(try SubjectPublicKeyInfo.plain(OIDs.ed25519, good).validatedKind() == .ed25519)
    }

    @Test("RSA keys with senseless numbers are refused")
    func senselessRSA() async throws {
        let modulus = try #require(try await Lab.shared.certificate("rsa").publicKey.rsa).modulus
        #expect(
            try SubjectPublicKeyInfo.rsa(modulus: modulus, exponent: [1, 0, 1]).validatedKind() == .rsa(bits: 2048, exponent: [1, 0, 1]))
        for (modulus, exponent): ([UInt8], [UInt8]) in [
            (modulus, [1]), (modulus, [4]), (modulus.dropLast() + [0xFE], [3]), ([UInt8](repeating: 0xFF, count: 2048), [3]),
            (modulus, [UInt8](repeating: 0xFF, count: 9)), ([15], [3]),
        ] {
            let key = try SubjectPublicKeyInfo.rsa(modulus: Array(modulus), exponent: exponent)
            #expect(throws: FormatError.self) { try key.validatedKind() }
            #expect(!key.isValidSignature([1], over: [], algorithm: .rsaSHA256))
            #expect(!VerificationKey(key).isValidSignature([1], over: [], algorithm: .rsaSHA256))
        }
        #expect(throws: FormatError.self) { try SubjectPublicKeyInfo.rsa(modulus: [], exponent: [3]) }
    }

    @Test("An RSA modulus that anybody can factor is refused, and the error names its weakness")
    func weakRSA() async throws {
        let good = try #require(try await Lab.shared.certificate("rsa").publicKey.rsa)
        #expect(good.weakness == nil)
        // 65537^127 is a power of 65537 modulo every prime.
        var power: [UInt8] = [1]
        for _ in 0..<127 {
            var carry = 0
            let sum = zip([0, 0] + power, power + [0, 0]).reversed().map { high, low in
                let digit = Int(high) + Int(low) + carry
                carry = digit >> 8
                return UInt8(truncatingIfNeeded: digit)
            }
            power = (carry > 0 ? [1] : []) + sum.reversed()
        }
        let neighbours = try #require([UInt8](hex: Self.productOfNeighbours))
        for (modulus, weakness): ([UInt8], RSAPublicKey.Weakness) in [
            (power, .infineonPrimes), (neighbours, .closePrimes), ([UInt8](repeating: 0xFF, count: 256), .smallFactor),
        ] {
            let key = try SubjectPublicKeyInfo.rsa(modulus: modulus, exponent: [1, 0, 1])
            #expect(key.rsa?.weakness == weakness)
            #expect(throws: FormatError("public key", weakness.rawValue)) { try key.validatedKind() }
        }
    }

    /// Of two consecutive primes of 1024 bits.
    private static let productOfNeighbours =
        "c6874ca6231eceace02367167133560099e8d39d0fba43d263c9bec704ec63ab8a2b3d9b3c4394f02877a2fd062bed40ed44d35b41daec"
        + "dd8a3d99be93458aa83e633fb9ead05fee953f360f856cbe13f663035d5482578f09f54e41075dc6afa1063323723e6d65fdff7154578e"
        + "b4e234d03c7748e7d9a6c7dbc182ddf180482ab4ad16eca9e5b9c27a3caf61399384458cd3aff10aeccb4a3c4d185e7e3d75c29dc2a87d"
        + "e11abbd37f5738c595bd5a3016ef22483b54b05acbd3ac6a12737a9fdd16b2474a9d9a677bac2342b4528c8ed8ab958fcf8643b4689c97"
        + "1bd0f44d104a406b0c7ec1dae4eeb67b107d97acde6c8738d62bae36207fc57cb68cd931"

    @Test("A key in another encoding than its canonical one is parsed and then refused")
    func canonicalForm() async throws {
        let lab = try await Lab.shared
        for name in ["rsa", "p256", "p384", "p521", "ed25519"] { #expect(try lab.certificate(name).publicKey.isCanonical) }
        let key = try lab.certificate("rsa").publicKey
        let numbers = try #require(key.rsa)
        let smuggled = DERBytes.sequence(OIDs.rsaEncryption.der, DERBytes.utf8String("anything at all"))
        let padded = DERBytes.sequence(
            DERBytes.element(0x02, [0, 0] + numbers.modulus), DERBytes.integer(unsigned: numbers.exponent))
        for der in [
            DERBytes.sequence(smuggled, DERBytes.bitString(key.keyBytes)),
            DERBytes.sequence(DERBytes.sequence(OIDs.rsaEncryption.der, DERBytes.null), DERBytes.bitString(padded)),
        ] {
            let odd = try SubjectPublicKeyInfo(der: der)
            #expect(odd.kind == key.kind && !odd.isCanonical)
            #expect(throws: FormatError.self) { try odd.validatedKind() }
        }
    }

    @Test("An algorithm that does not fit the key never verifies")
    func mismatch() async throws {
        let lab = try await Lab.shared
        let algorithms: [SignatureAlgorithm] = [.ecdsaSHA256, .rsaSHA256, .rsaPSS(.sha256), .ed25519]
        for kind in Lab.kinds {
            let key = try lab.key(kind)
            let signature = try await key.sign([1, 2, 3])
            let ready = VerificationKey(key.publicKey)
            #expect(ready.isValidSignature(signature, over: [1, 2, 3], algorithm: key.defaultAlgorithm))
            #expect(!ready.isValidSignature(signature, over: [1, 2, 4], algorithm: key.defaultAlgorithm))
            for algorithm in algorithms where algorithm != key.defaultAlgorithm {
                #expect(!key.publicKey.isValidSignature(signature, over: [1, 2, 3], algorithm: algorithm))
                #expect(!ready.isValidSignature(signature, over: [1, 2, 3], algorithm: algorithm))
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
