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

    /// Rounded down. Newton's method on no more leading bits than the root is right to, twice as many each round.
    private func squareRoot(_ context: OpaquePointer) -> BigInteger? {
        guard let root = BigInteger([1]), let quotient = BigInteger(), let square = BigInteger() else { return nil }
        let half = max(0, BN_num_bits(raw) - 1) / 2
        var known: Int32 = 0
        for round in (0..<Int32.bitWidth - half.leadingZeroBitCount).reversed() {
            let wanted = half >> round
            guard BN_rshift(quotient.raw, raw, 2 * half - known - wanted + 1) == 1,
                BN_div(quotient.raw, nil, quotient.raw, root.raw, context) == 1,
                BN_lshift(root.raw, root.raw, wanted - known - 1) == 1, BN_add(root.raw, root.raw, quotient.raw) == 1
            else { return nil }
            known = wanted
        }
        guard BN_sqr(square.raw, root.raw, context) == 1 else { return nil }
        // The last round may have ended one above.
        guard BN_cmp(square.raw, raw) <= 0 || BN_sub_word(root.raw, 1) == 1 else { return nil }
        return root
    }
}
