import COpenSSL

/// A P-256 public key with tables of its multiples: a signature is checked by two multiplications of known points (FIPS 186-5 §6.4.2), in
/// half the time of one unknown point. The tables take 150 kB, and 30 ms to make. Only read after they are made.
final class P256Tables: @unchecked Sendable {
    /// The curve with its own base point, and with the key in its place.
    private let curve: OpaquePointer
    private let keyed: OpaquePointer
    private let prime: OpaquePointer
    private let order: OpaquePointer
    private let orderNumber: UInt256
    private let montgomery: OpaquePointer

    /// - Parameter point: uncompressed (SEC 1 §2.3.3).
    /// - Returns: nil for what is no point of the curve, and where OpenSSL makes no tables.
    init?(point: [UInt8]) {
        defer { ERR_clear_error() }
        guard point.count == 65, let context = BN_CTX_new() else { return nil }
        defer { BN_CTX_free(context) }
        let curve = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1)
        let keyed = EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1)
        let order = curve.flatMap(EC_GROUP_get0_order).flatMap(BN_dup)
        let prime = curve.flatMap(EC_GROUP_get0_field).flatMap(BN_dup)
        let montgomery = BN_MONT_CTX_new()
        let generator = keyed.flatMap(EC_POINT_new)
        defer { EC_POINT_free(generator) }
        guard let curve, let keyed, let prime, let order, let orderNumber = Self.number(order), let montgomery, let generator,
            EC_POINT_oct2point(keyed, generator, point, point.count, context) == 1,
            EC_GROUP_set_generator(keyed, generator, order, BN_value_one()) == 1, shim_make_tables(keyed, context) == 1,
            BN_MONT_CTX_set(montgomery, order, context) == 1
        else {
            EC_GROUP_free(curve)
            EC_GROUP_free(keyed)
            BN_free(prime)
            BN_free(order)
            BN_MONT_CTX_free(montgomery)
            return nil
        }
        self.curve = curve
        self.keyed = keyed
        self.prime = prime
        self.order = order
        self.orderNumber = orderNumber
        self.montgomery = montgomery
    }

    deinit {
        EC_GROUP_free(curve)
        EC_GROUP_free(keyed)
        BN_free(prime)
        BN_free(order)
        BN_MONT_CTX_free(montgomery)
    }

    private static func number(_ number: OpaquePointer) -> UInt256? {
        var octets = [UInt8](repeating: 0, count: 32)
        return BN_bn2binpad(number, &octets, 32) == 32 ? UInt256(octets: octets) : nil
    }

    /// - Parameters:
    ///   - signature: r and s, 32 octets each.
    ///   - digest: 32 octets or more; the first 32 count.
    func isValidSignature(_ signature: [UInt8], digest: [UInt8]) -> Bool {
        defer { ERR_clear_error() }
        guard signature.count == 64, digest.count >= 32, let context = BN_CTX_new() else { return false }
        defer { BN_CTX_free(context) }
        BN_CTX_start(context)
        defer { BN_CTX_end(context) }
        let base = EC_POINT_new(curve)
        let key = EC_POINT_new(curve)
        defer {
            EC_POINT_free(base)
            EC_POINT_free(key)
        }
        guard let r = BN_CTX_get(context), let w = BN_CTX_get(context), let e = BN_CTX_get(context), let x = BN_CTX_get(context),
            let base, let key, BN_bin2bn(signature, 32, r) != nil, BN_bin2bn(digest, 32, e) != nil, BN_nnmod(e, e, order, context) == 1,
            BN_is_zero(r) == 0, BN_cmp(r, order) < 0,
            let inverse = AlmostInverse(of: UInt256(octets: signature[32...]), modulo: orderNumber),
            makeMontgomery(inverse, w, context)
        else { return false }
        // u1 = e·w and u2 = r·w with w = s⁻¹, modulo the order.
        guard BN_mod_mul_montgomery(e, e, w, montgomery, context) == 1, BN_mod_mul_montgomery(x, r, w, montgomery, context) == 1,
            EC_POINT_mul(curve, base, e, nil, nil, context) == 1, EC_POINT_mul(keyed, key, x, nil, nil, context) == 1,
            EC_POINT_add(curve, base, base, key, context) == 1, EC_POINT_is_at_infinity(curve, base) == 0
        else { return false }
        return isAbscissa(r, of: base, context)
    }

    /// Whether the point's x is `r` modulo the order, without the inverse that x itself costs: x is X/Z² modulo the prime, so r·Z² is X. Where
    /// r + n is still below the prime, x may be that instead.
    private func isAbscissa(_ r: OpaquePointer, of point: OpaquePointer, _ context: OpaquePointer) -> Bool {
        BN_CTX_start(context)
        defer { BN_CTX_end(context) }
        guard let x = BN_CTX_get(context), let z = BN_CTX_get(context), let product = BN_CTX_get(context),
            let candidate = BN_CTX_get(context), shim_jacobian(curve, point, x, z, context) == 1, BN_mod_sqr(z, z, prime, context) == 1,
            BN_copy(candidate, r) != nil
        else { return false }
        while BN_cmp(candidate, prime) < 0 {
            guard BN_mod_mul(product, candidate, z, prime, context) == 1 else { return false }
            if BN_cmp(product, x) == 0 { return true }
            guard BN_add(candidate, candidate, order) == 1 else { return false }
        }
        return false
    }

    /// Makes `w` the inverse times 2²⁵⁶, as OpenSSL multiplies by it. A wrong inverse would never let a wrong signature pass: the point that
    /// follows from it would have another x.
    private func makeMontgomery(_ inverse: AlmostInverse, _ w: OpaquePointer, _ context: OpaquePointer) -> Bool {
        guard BN_bin2bn(inverse.value.octets, 32, w) != nil else { return false }
        var exponent = inverse.exponent
        while exponent < 256 {
            guard BN_mod_lshift1_quick(w, w, order) == 1 else { return false }
            exponent += 1
        }
        guard exponent > 256 else { return true }
        BN_CTX_start(context)
        defer { BN_CTX_end(context) }
        guard let power = BN_CTX_get(context), BN_set_bit(power, Int32(512 - exponent)) == 1 else { return false }
        return BN_mod_mul_montgomery(w, w, power, montgomery, context) == 1
    }
}
