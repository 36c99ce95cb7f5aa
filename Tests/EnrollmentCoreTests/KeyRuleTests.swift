import EnrollmentCore
import Foundation
import PKIFormats
import SigningKeys
import TestSupport
import Testing

/// K1 to K5: which keys are certified.
@Suite struct KeyRuleTests {
    private func rsa(_ base64: String) throws -> SubjectPublicKeyInfo {
        let numbers = try RSAPublicKey(der: [UInt8](try #require(Data(base64Encoded: base64))))
        return try .rsa(modulus: numbers.modulus, exponent: numbers.exponent)
    }

    /// badkeys, tests/data/rsa-debianweak.key: made on a system of CVE-2008-0166.
    private static let debian =
        "MIIBCgKCAQEAwJZTDExKND/DiP+LbhTIi2F0hZZt0PdX897LLwPf3+b1GOCUj1OHBZvVqhJPJtOPE53W68I0NgVhaJdY6bFOA/cUUIFnN0y/ZOJOJsPNle1aXQTjxAS+"
        + "FXu4CQ6a2pzcU+9+gGwed7XxAkIVCiTprfmRCI2vIKdb61S8kf5D3YdVRH/Tq977nxyYeosEGYJFBOIT+N0mqca37S8hA9hCJyD3p0AM40dD5M5ARAxpAT7+oqOXkPzf"
        + "zLtCTaHYJK3+WAce121Br4NuQJPqYPVxniUPohT4YxFTqB7vwX2C4/gZ2ldpHtlgJVAHT96nOsnlz+EPa5GtwxtALD43CwOlWQIDAQAB"
    private static let unlisted = Result { try SoftwareKey.generate(.rsa2048) }
    /// badkeys, tests/data/rsa-roca.key: CVE-2017-15361.
    private static let roca =
        "MIIBCgKCAQEAkTKtIR/MDftNrkgyashkwifks5Swm9HEkw4ZcCijyQdpTStInk9pdUrq4zjG6tk5xX9AaYXLu47fmiBVzClGvAXTZbpn6JbG1IERUs+i0pBRT5CzUu7v"
        + "J/63L72NzVvJFaT0SUE5zByhCjJE+pflMnX1e1UptOdnN5AHeY4RKkugVse3XO2xMs3yH3vTyZdtnaOIFRU0d6E7PrsgRtEAqFHcAGmPUw0ZOW8A++8sS/FlnrxMf9lV"
        + "a1/8k/A8otPfrNIipfAoq0MKJ+oxE2wML1DDxIGTGmNaN3gPANJyeuca7ptA+NGq5oU1x3pWMXgSvrVSXUooNk8xIkrKxSz3LQIDAQAB"
    /// badkeys, tests/data/rsa-fermat.csr: CVE-2022-26320, a request that is truly signed.
    private static let fermatRequest = """
        -----BEGIN CERTIFICATE REQUEST-----
        MIICVzCCAT8CAQAwEjEQMA4GA1UEAwwHYmFka2V5czCCASIwDQYJKoZIhvcNAQEB
        BQADggEPADCCAQoCggEBAJ6H4O2NM+wXV7wYYdf9eoTdu27Qve1Mj3CUJE0wSRv2
        kuhF/d8KOtf5FNe4yFeuEPxIRoZvKFBbSRqmO9WwptWrj/Ni7Xvcn1lumiy2W3la
        0ZK9YVxdkBEwtc0pUlupbbuzQ1d1YR1GfkXB21zY5bzY0AopytwltsxYUXTjY0on
        NrVX+jyqeItDNqgpsOl9ysOde3ndXwQ1+af4KW6KxG2sV03cHRFjTmPNQKHVpj+a
        z4JeR8d/2tL7WDnVq/FoCC9ScP0pBHk6Nkf2iLsRRxPMJANCjQCNFb7CtahjD12D
        fiD1rHfoLKSoFW37gOo2peCV65gTHYLrLTiwUXTzLrECAwEAAaAAMA0GCSqGSIb3
        DQEBCwUAA4IBAQBsil390u1Spbmmad6AHCsAe94fzrsyyzXAoyyVhWaQYcPenXS+
        fqz7HNReq9dkrQ/s5bCgTnxVAZ4L8rq9wkTmrrbh+qOoO+K1tS9UNGLq0u+iAKjv
        j9Gw4Zkx9SuOs9/UM/xTmJvR25yt4NHTHz7nUHhQNUuMSUHmFFAGT5iA+xIkmBJw
        7Z8JU+DGiBul7PR8TkDbeaGi0KuzT0r+gNz7eIqe5yFS8etjL+1IWrDVLeMBYbSF
        uvKY1TgRZg6tj5sLFmCn1pbRYOjC/E/iO6THGawbwfFm9VamiN4ZRHGGBaQDleWb
        LvwMht+MFSn6WFYQxZ+thq/8O++GVqg21/7o
        -----END CERTIFICATE REQUEST-----

        """

    @Test("Published weak RSA keys are recognised") func publishedVectors() throws {
        #expect(try rsa(Self.roca).rsa?.weakness == .infineonPrimes)
        let fermat = try CertificationRequest(pem: Self.fermatRequest)
        #expect(fermat.isSelfSignatureValid && fermat.publicKey.rsa?.weakness == .closePrimes)
        // Debian's keys have good primes: only a list tells.
        #expect(try rsa(Self.debian).rsa?.weakness == nil)
    }

    @Test("A list in Debian's form names its keys and no others") func weakList() throws {
        var list = WeakKeyList()
        try list.add("# RSA-2048\n0000000000000000000f\nb7ead9492dfd921fc4f9\n\nffffffffffffffffffff\n")
        #expect(list.count == 3)
        #expect(list.contains(try #require(try rsa(Self.debian).rsa)))
        #expect(!list.contains(try #require(try rsa(Self.roca).rsa)))
        for line in ["b7ead9492dfd921fc4f", "b7ead9492dfd921fc4fg", "anything else"] {
            #expect(throws: FormatError.self) { try list.add(line) }
        }
        // The vector of Boulder's goodkey/weak_test.go, by the whole digest.
        let modulus = try #require(
            [UInt8](
                hex:
                    "D673252AF6723C3F72529403EAB7C30DEF3C52F97E799825F4A70191C616ADCF1ECE1113F1625971074C492C592025FDEADBDB146A081826BDF0D77C3C91"
                    + "3DCF1B6F0B3B78F5108D2E493AD0EEE8CA5C021711ADC13D358E61133870FCD19C8E5C22403959782AA82E72AEE53A3D491E3912CE27B27E1A85EA69C1"
                    + "9A527D28F7934C9823B7E56FDD657DAC83FDC65BB22A98D843DF73238919781B714C81A5E2AFEC71F5C54AA2A27C590AD94C03C1062D50EFCFFAC743E3"
                    + "C8A3AE056846A1D756EB862BF4224169D467C35215ADE0AFCC11E85FE629AFB802C4786FF2E9C929BCCF502B3D3B8876C6A11785CC398B389F1D86BDD9"
                    + "CB0BD4EC13956EC3FA270D"))
        let boulders = try SubjectPublicKeyInfo.rsa(modulus: modulus, exponent: [1, 0, 1])
        var other = WeakKeyList()
        try other.add("a3853d0c563765e504c18df20e6961a16398b85a")
        #expect(other.contains(boulders))
        // Both are in the program's own list.
        for key in [try rsa(Self.debian), boulders] { #expect(WeakKeyList().finding(on: key) == .debian) }
    }

    @Test("A blocklist.dat of badkeys names its keys, of RSA and of curves, and no others") func badkeys() throws {
        // What badkeys 0.0.21 computes of its own test key rsa-debianweak.key.
        let debian = try #require([UInt8](hex: "31c152529eb033a010f8c272fd8d42"))
        let curve = try SoftwareKey.generate(.p256).publicKey
        let point = HashAlgorithm.sha256.digest(Array(curve.keyBytes[1..<33].drop { $0 == 0 })).prefix(15)
        let records = [debian, Array(point), [UInt8](repeating: 0, count: 15), [UInt8](repeating: 0xFF, count: 15)].sorted {
            $0.lexicographicallyPrecedes($1)
        }
        var list = WeakKeyList()
        let sorted: [UInt8] = records.flatMap { $0 + [7] }
        try list.add(badkeys: sorted)
        #expect(list.count == 4)
        let (debianKey, rocaKey) = (try rsa(Self.debian), try rsa(Self.roca))
        #expect(list.contains(debianKey) && list.contains(curve) && !list.contains(rocaKey))
        for kind: KeyAlgorithm in [.p256, .ed25519, .mldsa65] {
            let other = try SoftwareKey.generate(kind).publicKey
            #expect(!list.contains(other), "\(kind)")
        }
        let unsorted: [UInt8] = records.reversed().flatMap { $0 + [7] }
        let wrongs: [[UInt8]] = [[], [UInt8](repeating: 1, count: 17), unsorted]
        for wrong in wrongs {
            #expect(throws: FormatError.self) { try list.add(badkeys: wrong) }
        }
    }

    @Test(
        "Exponents are odd, above 65536 and below 2^256; sizes are 2048, 3072 or 4096",
        arguments: [
            ("03", false), ("10001", true), ("10003", true), ("ffff", false), ("10000", false), ("0100000000000001", true),
        ]) func exponents(text: String, isFine: Bool) async throws
    {
        let modulus = try #require(try Self.unlisted.get().publicKey.rsa).modulus
        let exponent = try #require([UInt8](hex: text.count.isMultiple(of: 2) ? text : "0" + text))
        let key = try SubjectPublicKeyInfo.rsa(modulus: modulus, exponent: exponent)
        let ca = try await TestCA.found(inMemory: true)
        let secret = try await ca.challenge(covers: ["*"])
        // The signature does not fit the key: a key that passes is refused for that, later.
        let info = CertificationRequest.toBeSigned(subject: DistinguishedName(commonName: "a"), publicKey: key)
        let request = try CertificationRequest(info: info, algorithm: .rsaSHA256, signature: [UInt8](repeating: 1, count: 256))
        await ca.expect(isFine ? .badProofOfPossession : .unacceptableKey, request, [ChallengeCredential(secret: secret)])
    }

    @Test("A request with a weak key is refused by name, and one whose key is on a list") func refusedAtTheDoor() async throws {
        let ca = try await TestCA.found()
        let secret = try await ca.challenge(covers: ["*"])
        await ca.expect(.unacceptableKey, try CertificationRequest(pem: Self.fermatRequest), [ChallengeCredential(secret: secret)])
        let key = try SoftwareKey.generate(.rsa2048)
        var list = WeakKeyList()
        let modulus = try #require(key.publicKey.rsa).modulus
        try list.add(HashAlgorithm.sha1.digest(Array("Modulus=\(modulus.hex.uppercased())\n".utf8)).hex)
        let listed = try await TestCA.found(weakKeys: list)
        let other = try await listed.challenge(covers: ["*"])
        await listed.expect(.unacceptableKey, try await TestCA.request(key, commonName: "a"), [ChallengeCredential(secret: other)])
    }

    @Test("A point that is not on its curve is refused on every curve", arguments: [("p256", 32), ("p384", 48), ("p521", 66)])
    func points(curve: String, size: Int) throws {
        let oid = curve == "p256" ? OIDs.p256 : curve == "p384" ? OIDs.p384 : OIDs.p521
        // (1, 1) lies on none of them; the point at infinity has an encoding of its own, one zero octet.
        let one = [UInt8](repeating: 0, count: size - 1) + [1]
        #expect(throws: FormatError.self) { try SubjectPublicKeyInfo.ec(curve: oid, point: [4] + one + one).validatedKind() }
        #expect(throws: FormatError.self) { try SubjectPublicKeyInfo.ec(curve: oid, point: [0]).validatedKind() }
        let zero = [UInt8](repeating: 0, count: size * 2)
        #expect(throws: FormatError.self) { try SubjectPublicKeyInfo.ec(curve: oid, point: [4] + zero).validatedKind() }
    }

    @Test("A blocked key is refused to everybody, and welcome again when it is unblocked") func blockList() async throws {
        let ca = try await TestCA.found()
        let credentials = [ChallengeCredential(secret: try await ca.challenge(covers: ["*.lab.test"]))]
        let key = try SoftwareKey.generate(.p256)
        let hash = KeyBlocklist.hash(of: key.publicKey)
        try await ca.services.keyBlocklist.block(hash, reason: "in a public repository", by: "uid:0")
        try await ca.services.keyBlocklist.block(hash, reason: "again", by: "uid:0")
        #expect(try await ca.services.keyBlocklist.list().map(\.reason) == ["in a public repository"])
        let request = try await TestCA.request(key, commonName: "a.lab.test")
        await ca.expect(.unacceptableKey, request, credentials)
        try await ca.services.keyBlocklist.unblock(hash)
        await #expect(throws: (any Error).self) { try await ca.services.keyBlocklist.unblock(hash) }
        _ = try await ca.released(request, credentials)
    }

    @Test("The CA's own keys are certified to nobody else") func ownKeys() async throws {
        let ca = try await TestCA.found()
        let credentials = [ChallengeCredential(secret: try await ca.challenge(covers: ["*.lab.test"]))]
        let info = CertificationRequest.toBeSigned(
            subject: DistinguishedName(commonName: "a.lab.test"), publicKey: ca.issuingKey.publicKey)
        let stolen = try CertificationRequest(
            info: info, algorithm: ca.issuingKey.defaultAlgorithm, signature: try await ca.issuingKey.sign(info))
        await ca.expect(.unacceptableKey, stolen, credentials)
        let responder = try SoftwareKey.generate(.p256)
        _ = try await ca.services.systemCertificates.issue(
            through: ca.services.pipeline, endpoint: DefaultEndpoints.system, template: "ocsp-responder", key: responder, commonName: "OCSP"
        )
        await ca.expect(.unacceptableKey, try await TestCA.request(responder, commonName: "b.lab.test"), credentials)
    }

    @Test("A key with a live certificate is refused to another principal under another name, and given to the same holder")
    func reuse() async throws {
        let ca = try await TestCA.found()
        let first = [ChallengeCredential(secret: try await ca.challenge(covers: ["*.lab.test"]))]
        let second = [ChallengeCredential(secret: try await ca.challenge(covers: ["*.lab.test"]))]
        let key = try SoftwareKey.generate(.p256)
        let certificate = try await ca.released(try await TestCA.request(key, commonName: "a.lab.test"), first).certificate
        // The same principal at the same endpoint, and the same subject by another credential.
        let again = try await ca.released(try await TestCA.request(key, commonName: "b.lab.test"), first).certificate
        let same = try await ca.released(
            try await TestCA.request(key, commonName: "a.lab.test", names: [.dns("a.lab.test"), .dns("b.lab.test")]), first
        ).certificate
        let stranger = try await TestCA.request(key, commonName: "c.lab.test")
        await ca.expect(.unacceptableKey, stranger, second)
        for known in [certificate, again, same] { try await ca.revoke(known) }
        _ = try await ca.released(stranger, second)
    }

    @Test("A template may want a new key each time, or not care") func reuseByTemplate() async throws {
        let ca = try await TestCA.found()
        let enrollment = try #require(DefaultTemplates.forEnrollment.first { $0.name == "device-8021x" })
        var strict = enrollment
        (strict.name, strict.keyReuse) = ("strict", .never)
        var lax = enrollment
        (lax.name, lax.keyReuse) = ("lax", .any)
        let endpoints = try [strict, lax].map { template in
            Endpoint(
                name: "scep-\(template.name)", label: template.name, protocolName: .scep, authority: DefaultEndpoints.issuingAuthority,
                bindings: [.init(authenticators: [.challenge])],
                policy: Policy(rules: [try PolicyRule(name: "any", requires: [.knowsChallenge], templates: [template.name])]))
        }
        try await ca.services.catalog.add(endpoints: endpoints, templates: [strict, lax], at: ca.surroundings.now)
        try await ca.services.catalog.reload()
        let key = try SoftwareKey.generate(.p256)
        for (endpoint, isRefused) in [("scep-strict", true), ("scep-lax", false)] {
            let first = [ChallengeCredential(secret: try await ca.challenge(endpoint, covers: ["*.lab.test"]))]
            let second = [ChallengeCredential(secret: try await ca.challenge(endpoint, covers: ["*.lab.test"]))]
            if !isRefused { _ = try await ca.released(try await TestCA.request(key, commonName: "a.lab.test"), first, endpoint: endpoint) }
            let fresh = try SoftwareKey.generate(.p256)
            _ = try await ca.released(try await TestCA.request(fresh, commonName: "d.lab.test"), first, endpoint: endpoint)
            let repeated = try await TestCA.request(fresh, commonName: "d.lab.test", names: [.dns("d.lab.test")])
            let other = try await TestCA.request(fresh, commonName: "e.lab.test")
            if isRefused {
                await ca.expect(.unacceptableKey, repeated, first, endpoint: endpoint)
                await ca.expect(.unacceptableKey, other, second, endpoint: endpoint)
            } else {
                _ = try await ca.released(other, second, endpoint: endpoint)
            }
        }
    }
}
