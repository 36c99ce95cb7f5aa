import COpenSSL

extension RSAPrimitive {
    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.2): what the signature opens to must be the one encoding of the digest, byte for byte.
    func isValidSignature(_ signature: [UInt8], over message: [UInt8], hash: HashAlgorithm) -> Bool {
        let digestInfo = DERBytes.sequence(
            DERBytes.sequence(hash.oid.der, DERBytes.null), DERBytes.octetString(hash.digest(message)))
        let padding = byteCount - digestInfo.count - 3
        guard padding >= Self.shortestPadding else { return false }
        return apply(signature) == [0, 1] + [UInt8](repeating: 0xFF, count: padding) + [0] + digestInfo
    }

    /// RSAES-PKCS1-v1_5 (RFC 8017 §7.2.1); nil for a secret that is too long for the key.
    func encrypt(_ secret: [UInt8]) -> [UInt8]? {
        let count = byteCount - secret.count - 3
        guard count >= Self.shortestPadding else { return nil }
        var padding: [UInt8] = []
        var random = [UInt8](repeating: 0, count: count)
        while padding.count < count {
            guard RAND_priv_bytes(&random, Int32(count)) == 1 else { return nil }
            padding += random.filter { $0 != 0 }.prefix(count - padding.count)
        }
        return apply([0, 2] + padding + [0] + secret)
    }

    private static let shortestPadding = 8
}
