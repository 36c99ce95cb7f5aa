import COpenSSL
import Foundation
import PKIFormats
import SigningKeys

/// RSA-2048 keys for very many devices, each its own: a server may refuse a key that another holder has.
///
/// A pool of primes gives every pair of them a key, so that a thousand keys cost some fifty primes instead of two thousand. Such keys share
/// factors and would be worthless anywhere else; to a server that signs, verifies and encrypts they are like any other.
struct RSAKeyring: Sendable {
    private let primes: [[UInt8]]
    /// Positions of two primes, one pair a key.
    private let pairs: [(Int, Int)]

    /// - Parameter count: how many keys will be asked for.
    init(count: Int) async throws {
        var size = 2
        while size * (size - 1) / 2 < count { size += 1 }
        primes = try await Device.prepare(size) { _ in try Self.prime() }
        var pairs: [(Int, Int)] = []
        for high in 1..<size {
            for low in 0..<high { pairs.append((low, high)) }
        }
        self.pairs = pairs
    }

    func key(_ index: Int) throws -> SoftwareKey {
        guard pairs.indices.contains(index) else { throw LoadFailure("too few keys were prepared") }
        let (low, high) = pairs[index]
        let numbers = try Self.numbers(primes[low], primes[high])
        let key = DERBytes.sequence(of: [DERBytes.integer(0)] + numbers.map { DERBytes.integer(unsigned: $0) })
        let structure = DERBytes.sequence(
            DERBytes.integer(0), DERBytes.sequence(OIDs.rsaEncryption.der, [0x05, 0x00]), DERBytes.octetString(key))
        return try SoftwareKey(
            pem:
                "-----BEGIN PRIVATE KEY-----\n\(Data(structure).base64EncodedString(options: .lineLength64Characters))\n-----END PRIVATE KEY-----\n"
        )
    }

    /// 1024 bits, the two highest set, and no multiple of the exponent below it.
    private static func prime() throws -> [UInt8] {
        while true {
            let (prime, below) = (try Number(), try Number())
            guard BN_generate_prime_ex(prime.raw, 1024, 0, nil, nil, nil) == 1, BN_sub(below.raw, prime.raw, BN_value_one()) == 1 else {
                throw LoadFailure("no prime")
            }
            if BN_mod_word(below.raw, exponent) != 0 { return prime.bytes }
        }
    }

    /// n, e, d, p, q, d mod p-1, d mod q-1, 1/q mod p: the order of RFC 8017 A.1.2.
    private static func numbers(_ first: [UInt8], _ second: [UInt8]) throws -> [[UInt8]] {
        let (p, q, one) = (try Number(first), try Number(second), BN_value_one())
        let (n, e, d, phi, pBelow, qBelow) = (try Number(), try Number(), try Number(), try Number(), try Number(), try Number())
        let (dp, dq, inverse) = (try Number(), try Number(), try Number())
        guard let context = BN_CTX_new() else { throw LoadFailure("no memory") }
        defer { BN_CTX_free(context) }
        guard BN_set_word(e.raw, exponent) == 1, BN_mul(n.raw, p.raw, q.raw, context) == 1, BN_sub(pBelow.raw, p.raw, one) == 1,
            BN_sub(qBelow.raw, q.raw, one) == 1, BN_mul(phi.raw, pBelow.raw, qBelow.raw, context) == 1,
            BN_mod_inverse(d.raw, e.raw, phi.raw, context) != nil, BN_div(nil, dp.raw, d.raw, pBelow.raw, context) == 1,
            BN_div(nil, dq.raw, d.raw, qBelow.raw, context) == 1, BN_mod_inverse(inverse.raw, q.raw, p.raw, context) != nil
        else { throw LoadFailure("no RSA key") }
        return [n, e, d, p, q, dp, dq, inverse].map(\.bytes)
    }

    private static let exponent: UInt = 65537

    private final class Number {
        let raw: OpaquePointer

        init(_ bytes: [UInt8] = []) throws {
            guard let made = BN_bin2bn(bytes, Int32(bytes.count), nil) else { throw LoadFailure("no memory") }
            raw = made
        }

        deinit { BN_free(raw) }

        var bytes: [UInt8] {
            var bytes = [UInt8](repeating: 0, count: Int(BN_num_bits(raw) + 7) / 8)
            BN_bn2bin(raw, &bytes)
            return bytes
        }
    }
}
