import COpenSSL

extension RSAPublicKey {
    /// What lets anybody find the private key.
    package enum Weakness: String, Sendable {
        case smallFactor = "a small prime divides the RSA modulus"
        case infineonPrimes = "the RSA modulus was made by the faulty library of CVE-2017-15361 (ROCA)"
        case closePrimes = "the primes of the RSA modulus are too close together (CVE-2022-26320)"
    }

    /// Nil for a modulus without a known weakness. Takes some tens of microseconds.
    package var weakness: Weakness? {
        defer { ERR_clear_error() }
        guard let number = BigInteger(modulus) else { return nil }
        if Self.smallPrimes.contains(where: { number.remainder(by: $0) == 0 }) { return .smallFactor }
        if Self.infineonResidues.allSatisfy({ $0.residues.contains(number.remainder(by: $0.prime)) }) { return .infineonPrimes }
        return number.isProductOfNeighbours(rounds: 100) ? .closePrimes : nil
    }

    private static let smallPrimes: [UInt] = (3..<752).filter { candidate in
        !(2..<candidate).contains { $0 * $0 <= candidate && candidate.isMultiple(of: $0) }
    }

    /// The primes of that library are powers of 65537 modulo every small prime, and so is their product.
    private static let infineonResidues: [(prime: UInt, residues: Set<UInt>)] = smallPrimes.filter { $0 <= 167 }.map { prime in
        var residues: Set<UInt> = []
        var power: UInt = 1
        while residues.insert(power).inserted { power = power * 65_537 % prime }
        return (prime, residues)
    }
}

/// A natural number of OpenSSL, owned.
private struct BigInteger: ~Copyable {
    private let raw: OpaquePointer

    init?(_ bytes: [UInt8] = []) {
        guard let raw = BN_bin2bn(bytes, Int32(bytes.count), nil) else { return nil }
        self.raw = raw
    }

    deinit { BN_free(raw) }

    func remainder(by divisor: UInt) -> UInt { BN_mod_word(raw, divisor) }

    /// Fermat's method: whether the number is (a + b)(a - b) with an a within so many steps above its square root.
    func isProductOfNeighbours(rounds: Int) -> Bool {
        guard let context = BN_CTX_new(), let middle = squareRoot(context), let rest = BigInteger() else { return false }
        defer { BN_CTX_free(context) }
        for _ in 0..<rounds {
            guard BN_add_word(middle.raw, 1) == 1, BN_sqr(rest.raw, middle.raw, context) == 1, BN_sub(rest.raw, rest.raw, raw) == 1 else {
                return false
            }
            if rest.isSquare(context) { return true }
        }
        return false
    }

    private func isSquare(_ context: OpaquePointer) -> Bool {
        guard Self.squareResidues.contains(remainder(by: 55_440)), let root = squareRoot(context),
            BN_sqr(root.raw, root.raw, context) == 1
        else { return false }
        return BN_cmp(root.raw, raw) == 0
    }

    /// Few numbers pass: it spares most square roots.
    private static let squareResidues = Set((0..<UInt(55_440)).lazy.map { $0 * $0 % 55_440 })

    /// Rounded down, by Newton's method from above.
    private func squareRoot(_ context: OpaquePointer) -> BigInteger? {
        guard let root = BigInteger(), let next = BigInteger(), BN_set_bit(root.raw, (BN_num_bits(raw) + 1) / 2) == 1 else { return nil }
        while true {
            guard BN_div(next.raw, nil, raw, root.raw, context) == 1, BN_add(next.raw, next.raw, root.raw) == 1,
                BN_rshift1(next.raw, next.raw) == 1
            else { return nil }
            guard BN_cmp(next.raw, root.raw) < 0 else { return root }
            guard BN_copy(root.raw, next.raw) != nil else { return nil }
        }
    }
}
