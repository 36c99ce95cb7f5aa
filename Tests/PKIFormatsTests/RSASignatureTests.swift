import PKIFormats
import SigningKeys
import TestSupport
import Testing

/// Blocks of all kinds under a true RSA private operation, against the one form that RFC 8017 §8.2.2 allows.
@Suite("RSA signatures, version 1.5")
struct RSASignatureTests {
    private static let message: [UInt8] = Array("what is signed".utf8)

    /// The encoding of a digest; its parameters are NULL.
    private static func digestInfo(_ hash: HashAlgorithm = .sha256, null: [UInt8] = DERBytes.null, after: [UInt8] = []) -> [UInt8] {
        DERBytes.sequence(DERBytes.sequence(hash.oid.der, null), DERBytes.octetString(hash.digest(message)), after)
    }

    private static func block(_ info: [UInt8], type: UInt8 = 1, fill: UInt8 = 0xFF, behind: [UInt8] = []) -> [UInt8] {
        let padding = [UInt8](repeating: fill, count: 253 - info.count - behind.count)
        return [0, type] + padding + [0] + info + behind
    }

    /// The private operation upon the block as it stands.
    private static func sign(_ block: [UInt8]) async throws -> [UInt8] {
        try await Lab.shared.openssl("pkeyutl -decrypt -inkey rsa.key -pkeyopt rsa_padding_mode:none", input: block).stdout
    }

    @Test("The one encoding of the digest verifies, for each hash", arguments: HashAlgorithm.allCases)
    func theForm(hash: HashAlgorithm) async throws {
        let key = VerificationKey(try await Lab.shared.certificate("rsa").publicKey)
        let signature = try await Self.sign(Self.block(Self.digestInfo(hash)))
        #expect(try await Lab.shared.key("rsa").sign(Self.message, algorithm: .rsa(hash)) == signature)
        for other in HashAlgorithm.allCases {
            #expect(key.isValidSignature(signature, over: Self.message, algorithm: .rsa(other)) == (other == hash))
        }
        #expect(!key.isValidSignature(signature, over: Self.message + [0], algorithm: .rsa(hash)))
        #expect(!key.isValidSignature(signature, over: Self.message, algorithm: .rsaPSS(hash)))
    }

    @Test("Any other form is refused, however like the right one it looks")
    func otherForms() async throws {
        let key = VerificationKey(try await Lab.shared.certificate("rsa").publicKey)
        let info = Self.digestInfo()
        var spoilt = Self.block(info)
        spoilt[100] = 0xFE
        let forms: [(String, [UInt8])] = [
            ("parameters absent", Self.block(Self.digestInfo(null: []))),
            ("parameters that are no NULL", Self.block(Self.digestInfo(null: DERBytes.octetString([1])))),
            ("something behind the digest", Self.block(Self.digestInfo(after: DERBytes.null))),
            ("bytes behind the encoding, padding short", Self.block(info, behind: [UInt8](repeating: 0x5A, count: 150))),
            ("bytes behind the encoding, no padding", Self.block(info, behind: [UInt8](repeating: 1, count: 253 - info.count))),
            ("an encryption block", Self.block(info, type: 2)), ("block type 0", Self.block(info, type: 0, fill: 0)),
            ("one byte of padding wrong", spoilt), ("the digest alone", Self.block(HashAlgorithm.sha256.digest(Self.message))),
            ("a length in two bytes", Self.block([0x30, 0x81] + Array(info.dropFirst()))),
        ]
        for (name, block) in forms {
            #expect(block.count == 256)
            let signature = try await Self.sign(block)
            #expect(!key.isValidSignature(signature, over: Self.message, algorithm: .rsaSHA256), "\(name)")
        }
    }

    @Test("A signature has exactly the length of the modulus and is below it")
    func range() async throws {
        let publicKey = try await Lab.shared.certificate("rsa").publicKey
        let key = VerificationKey(publicKey)
        let modulus = try #require(publicKey.rsa).modulus
        let signature = try await Self.sign(Self.block(Self.digestInfo()))
        var carry = 0
        let beyond = zip(signature, modulus).reversed().map { left, right in
            let digit = Int(left) + Int(right) + carry
            carry = digit >> 8
            return UInt8(truncatingIfNeeded: digit)
        }
        // The same number modulo n; where it still fits the length, that alone must not help.
        let sum: [UInt8] = (carry > 0 ? [1] : []) + beyond.reversed()
        let zero = [UInt8](repeating: 0, count: 256)
        let one: [UInt8] = zero.dropLast() + [1]
        let longer: [UInt8] = [0] + signature
        let shorter: [UInt8] = signature.dropLast()
        for other in [sum, longer, shorter, [], modulus, zero, one, [UInt8](repeating: 0xFF, count: 256)] {
            #expect(!key.isValidSignature(other, over: Self.message, algorithm: .rsaSHA256))
        }
        #expect(key.isValidSignature(signature, over: Self.message, algorithm: .rsaSHA256))
    }

    @Test("Keys of odd sizes and exponents verify what openssl signs, and a key too small for the digest nothing")
    func sizes() async throws {
        let directory = try TemporaryDirectory()
        for (bits, exponent) in [(1025, 3), (2047, 65537), (2560, 4_294_967_297)] {
            let make = "genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:\(bits) -pkeyopt rsa_keygen_pubexp:\(exponent) -out k\(bits).key"
            for arguments in [make, "pkey -in k\(bits).key -pubout -outform DER -out k\(bits).der"] {
                try await Command.run("openssl", arguments.split(separator: " ").map(String.init), in: directory.path).checked()
            }
            let publicKey = try SubjectPublicKeyInfo(der: directory.read("k\(bits).der"))
            #expect(publicKey.rsa?.bits == bits)
            let signature = try await Command.run(
                "openssl", ["dgst", "-sha512", "-sign", "k\(bits).key"], input: Self.message, in: directory.path
            ).checked().stdout
            #expect(publicKey.isValidSignature(signature, over: Self.message, algorithm: .rsaSHA512), "\(bits)")
            #expect(!publicKey.isValidSignature(signature, over: Self.message, algorithm: .rsaSHA256), "\(bits)")
        }
        let small = try SubjectPublicKeyInfo.rsa(modulus: [UInt8](repeating: 0xFF, count: 64), exponent: [3])
        #expect(!small.isValidSignature([UInt8](repeating: 1, count: 64), over: Self.message, algorithm: .rsaSHA512))
    }
}
