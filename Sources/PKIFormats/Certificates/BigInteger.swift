import COpenSSL

/// A natural number of OpenSSL, owned.
struct BigInteger: ~Copyable {
    private let raw: OpaquePointer

    init?(_ bytes: [UInt8] = []) {
        guard let raw = BN_bin2bn(bytes, Int32(bytes.count), nil) else { return nil }
        self.raw = raw
    }

    deinit { BN_free(raw) }

    func remainder(by divisor: UInt) -> UInt { BN_mod_word(raw, divisor) }

    /// Fermat's method: whether the number is (a + b)(a - b) with an a within so many steps above its square root.
    ///
    /// a² - n is followed modulo one word, where a step is an addition; what is no square there needs no long arithmetic.
    func isProductOfNeighbours(rounds: UInt) -> Bool {
        guard let context = BN_CTX_new() else { return false }
        defer { BN_CTX_free(context) }
        guard let above = squareRoot(context), BN_add_word(above.raw, 1) == 1, let first = difference(above, plus: 0, context) else {
            return false
        }
        let modulus = SquareSieve.modulus
        var middle = above.remainder(by: modulus)
        var rest = first.remainder(by: modulus)
        for step in 0..<rounds {
            if SquareSieve.mayBeSquare(rest), let exact = difference(above, plus: step, context), exact.isSquare(context) { return true }
            rest = (rest + 2 * middle + 1) % modulus
            middle += 1
        }
        return false
    }

    /// (middle + step)² - self.
    private func difference(_ middle: borrowing BigInteger, plus step: UInt, _ context: OpaquePointer) -> BigInteger? {
        guard let number = BigInteger(), BN_copy(number.raw, middle.raw) != nil, BN_add_word(number.raw, step) == 1,
            BN_sqr(number.raw, number.raw, context) == 1, BN_sub(number.raw, number.raw, raw) == 1
        else { return nil }
        return number
    }

    private func isSquare(_ context: OpaquePointer) -> Bool {
        guard let root = squareRoot(context), BN_sqr(root.raw, root.raw, context) == 1 else { return false }
        return BN_cmp(root.raw, raw) == 0
    }

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
