import SigningKeys
import TestSupport
import Testing

@testable import PKIFormats

/// The check by tables, against swift-crypto's of the same signatures and against OpenSSL's signatures.
@Suite("P-256 by tables")
struct P256TablesTests {
    /// n, FIPS 186-5's order of P-256 (SP 800-186 §3.2.1.3).
    private static let order = [UInt8](hex: "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551") ?? []

    private static func less(_ number: [UInt8]) -> [UInt8] {
        var (difference, borrow) = ([UInt8](), 0)
        for (minuend, subtrahend) in zip(order.reversed(), number.reversed()) {
            let digit = Int(minuend) - Int(subtrahend) - borrow
            borrow = digit < 0 ? 1 : 0
            difference.insert(UInt8(truncatingIfNeeded: digit), at: 0)
        }
        return difference
    }

    private static func value(_ r: [UInt8], _ s: [UInt8]) -> [UInt8] {
        DERBytes.sequence(DERBytes.integer(unsigned: r), DERBytes.integer(unsigned: s))
    }

    @Test("Both checks come to the same verdict, whatever was done to a signature")
    func agreement() async throws {
        for _ in 0..<5 {
            let key = try SoftwareKey.generate(.p256)
            let reference = VerificationKey(key.publicKey)
            let tables = try #require(P256Tables(point: key.publicKey.keyBytes))
            for round in 0..<20 {
                let message = [UInt8](repeating: UInt8(round), count: round * 7)
                let digest = HashAlgorithm.sha256.digest(message)
                let signature = try #require(ECDSASignatureValue.fixed(try await key.sign(message), size: 32))
                #expect(tables.isValidSignature(signature, digest: digest))
                let (r, s) = (Array(signature.prefix(32)), Array(signature.suffix(32)))
                let ones = [UInt8](repeating: 0xff, count: 32)
                let one = [UInt8](repeating: 0, count: 31) + [1]
                // s may be replaced by n - s: that signature is good as well.
                let pairs = [
                    (r, Self.less(s)), (Self.less(r), s), (s, r), (r, r), (one, s), (r, one), (one, one), (Self.order, s), (r, Self.order),
                    (ones, s), (r, ones),
                ]
                for (r, s) in pairs {
                    #expect(
                        tables.isValidSignature(r + s, digest: digest)
                            == reference.isValidSignature(Self.value(r, s), over: message, algorithm: .ecdsaSHA256))
                }
                for bit in [0, 77, 255, 256, 300, 511] {
                    var spoilt = signature
                    spoilt[bit / 8] ^= 1 << UInt8(bit % 8)
                    #expect(!tables.isValidSignature(spoilt, digest: digest))
                }
                #expect(!tables.isValidSignature(signature, digest: HashAlgorithm.sha256.digest(message + [0])))
            }
        }
    }

    @Test("Zeros and other lengths are no signature")
    func malformed() async throws {
        let key = try SoftwareKey.generate(.p256)
        let tables = try #require(P256Tables(point: key.publicKey.keyBytes))
        let digest = HashAlgorithm.sha256.digest([])
        let signature = try #require(ECDSASignatureValue.fixed(try await key.sign([]), size: 32))
        let zero = [UInt8](repeating: 0, count: 32)
        for wrong in [
            [], zero + zero, zero + signature.suffix(32), signature.prefix(32) + zero, Array(signature.dropLast()), signature + [0],
        ] {
            #expect(!tables.isValidSignature(Array(wrong), digest: digest))
        }
        #expect(!tables.isValidSignature(signature, digest: Array(digest.dropLast())))
    }

    @Test("A digest beyond the order, and one of zeros, as OpenSSL signs them", arguments: [0xff, 0x00] as [UInt8])
    func extremeDigests(octet: UInt8) async throws {
        let lab = try await Lab.shared
        let digest = [UInt8](repeating: octet, count: 32)
        let signature = try await lab.openssl("pkeyutl -sign -inkey p256.key", input: digest).stdout
        let tables = try #require(P256Tables(point: try lab.certificate("p256").publicKey.keyBytes))
        #expect(tables.isValidSignature(try #require(ECDSASignatureValue.fixed(signature, size: 32)), digest: digest))
    }

    /// Wycheproof, ecdsa_secp256r1_sha256: "k*G has a large x-coordinate" and "r too large". The point's x lies between the order and the prime.
    @Test("An x beyond the order is taken modulo the order, and a signature that says it as it is refused")
    func largeAbscissa() throws {
        let point = try #require(
            [UInt8](
                hex: "040ad99500288d466940031d72a9f5445a4d43784640855bf0a69874d2de5fe103"
                    + "c5011e6ef2c42dcd50d5d3d29f99ae6eba2c80c9244f4c5422f0979ff0c3ba5e"))
        let tables = try #require(P256Tables(point: point))
        let s = Self.less([UInt8](repeating: 0, count: 31) + [3])
        let digest = HashAlgorithm.sha256.digest(Array("123400".utf8))
        let r = try #require([UInt8](hex: "000000000000000000000000000000004319055358e8617b0c46353d039cdaab"))
        let x = try #require([UInt8](hex: "ffffffff00000001000000000000000000000000fffffffffffffffffffffffc"))
        #expect(tables.isValidSignature(r + s, digest: digest))
        #expect(!tables.isValidSignature(x + s, digest: digest))
    }

    @Test("There are no tables of what is no point of the curve")
    func otherPoints() async throws {
        var point = try SoftwareKey.generate(.p256).publicKey.keyBytes
        #expect(P256Tables(point: try SoftwareKey.generate(.p384).publicKey.keyBytes) == nil)
        #expect(P256Tables(point: Array(point.dropLast())) == nil)
        #expect(P256Tables(point: [0]) == nil)
        point[64] ^= 1
        #expect(P256Tables(point: point) == nil)
    }

    @Test("A key in use says the same before and after its tables are made", arguments: [KeyAlgorithm.p256, .p384, .ed25519])
    func frequent(algorithm: KeyAlgorithm) async throws {
        let key = try SoftwareKey.generate(algorithm)
        let other = try SoftwareKey.generate(algorithm)
        let frequent = FrequentVerificationKey(key.publicKey)
        for _ in 0..<2 {
            let message = Array("what is signed".utf8)
            let signature = try await key.sign(message)
            let foreign = try await other.sign(message)
            #expect(frequent.isValidSignature(signature, over: message, algorithm: key.defaultAlgorithm))
            #expect(!frequent.isValidSignature(signature, over: message + [0], algorithm: key.defaultAlgorithm))
            #expect(!frequent.isValidSignature(foreign, over: message, algorithm: key.defaultAlgorithm))
            #expect(!frequent.isValidSignature(Array(signature.dropLast()), over: message, algorithm: key.defaultAlgorithm))
            #expect(!frequent.isValidSignature(signature, over: message, algorithm: .ecdsaSHA512))
            frequent.makeTables()
        }
    }
}
