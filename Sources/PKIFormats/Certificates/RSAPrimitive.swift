import COpenSSL

/// The public operation of one RSA key, x^e mod n (RSAVP1 and RSAEP, RFC 8017 §5.1.1, §5.2.2), with what it needs worked out once. Only read
/// after it is made. OpenSSL's own key objects cost as much again to set up, and once more for each use.
final class RSAPrimitive: @unchecked Sendable {
    /// Bytes of the modulus, and of everything that this takes and gives.
    let byteCount: Int
    private let modulus: OpaquePointer
    private let exponent: OpaquePointer
    private let montgomery: OpaquePointer

    /// Nil for a key that is not usable (``RSAPublicKey/isUsable``).
    init?(_ key: RSAPublicKey) {
        defer { ERR_clear_error() }
        guard key.isUsable, let modulus = BN_bin2bn(key.modulus, Int32(key.modulus.count), nil) else { return nil }
        guard let exponent = BN_bin2bn(key.exponent, Int32(key.exponent.count), nil) else {
            BN_free(modulus)
            return nil
        }
        let montgomery = BN_MONT_CTX_new()
        let context = BN_CTX_new()
        defer { BN_CTX_free(context) }
        guard let montgomery, let context, BN_MONT_CTX_set(montgomery, modulus, context) == 1 else {
            BN_MONT_CTX_free(montgomery)
            BN_free(modulus)
            BN_free(exponent)
            return nil
        }
        byteCount = key.modulus.count
        self.modulus = modulus
        self.exponent = exponent
        self.montgomery = montgomery
    }

    deinit {
        BN_MONT_CTX_free(montgomery)
        BN_free(modulus)
        BN_free(exponent)
    }

    /// Nil for what is not exactly as long as the modulus, or not below it.
    func apply(_ block: [UInt8]) -> [UInt8]? {
        defer { ERR_clear_error() }
        guard block.count == byteCount, let number = BN_bin2bn(block, Int32(block.count), nil) else { return nil }
        // It may hold a content key.
        defer { BN_clear_free(number) }
        guard BN_cmp(number, modulus) < 0, let context = BN_CTX_new() else { return nil }
        defer { BN_CTX_free(context) }
        guard BN_mod_exp_mont(number, number, exponent, modulus, context, montgomery) == 1 else { return nil }
        var result = [UInt8](repeating: 0, count: byteCount)
        return BN_bn2binpad(number, &result, Int32(byteCount)) == Int32(byteCount) ? result : nil
    }
}
