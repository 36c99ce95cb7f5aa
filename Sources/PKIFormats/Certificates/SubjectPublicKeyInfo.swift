import Crypto

/// A SubjectPublicKeyInfo (RFC 5280 §4.1.2.7) that keeps its bytes.
package struct SubjectPublicKeyInfo: Sendable, Hashable {
    package let der: [UInt8]
    /// The contents of the BIT STRING: RSAPublicKey, or the point of a curve.
    package let keyBytes: [UInt8]
    package let kind: KeyKind

    /// Reads the structure; does not prove the key usable (see `validatedKind`).
    package init(der: [UInt8]) throws(FormatError) {
        guard der.count <= 16_384 else { throw FormatError("public key", "too long") }
        try self.init(TLV(der, "public key", rules: .ber))
    }

    init(_ element: TLV) throws(FormatError) {
        let structure = "public key"
        var reader = try element.sequence(structure)
        var algorithm = try reader.sequence("algorithm")
        let oid = try algorithm.oid("algorithm")
        let parameters = algorithm.next()
        try algorithm.finish()
        keyBytes = try reader.take(.bitString, "key").bitStringBytes(structure)
        try reader.finish()
        der = element.raw
        switch oid {
        case OIDs.rsaEncryption: kind = try RSAPublicKey(der: keyBytes).kind
        case OIDs.ecPublicKey: kind = try Self.curve(parameters, keyBytes)
        case OIDs.ed25519:
            guard keyBytes.count == 32, parameters == nil else { throw FormatError(structure, "malformed Ed25519 key") }
            kind = .ed25519
        case OIDs.mldsa65, OIDs.mldsa87:
            let (found, size): (KeyKind, Int) = oid == OIDs.mldsa65 ? (.mldsa65, 1952) : (.mldsa87, 2592)
            guard keyBytes.count == size, parameters == nil else { throw FormatError(structure, "malformed ML-DSA key") }
            kind = found
        default: kind = .unsupported(oid)
        }
    }

    private static func curve(_ parameters: TLV?, _ point: [UInt8]) throws(FormatError) -> KeyKind {
        guard let parameters else { throw FormatError("public key", "no curve named") }
        guard parameters.tag == .objectIdentifier else { return .unsupported(OIDs.ecPublicKey) }
        let oid = try parameters.oid("public key")
        let (kind, size): (KeyKind, Int)
        switch oid {
        case OIDs.p256: (kind, size) = (.p256, 65)
        case OIDs.p384: (kind, size) = (.p384, 97)
        case OIDs.p521: (kind, size) = (.p521, 133)
        default: return .unsupported(oid)
        }
        // RFC 5480 §2.2: the uncompressed form is the one that all must support.
        guard point.count == size, point.first == 4 else { throw FormatError("public key", "malformed point of the curve") }
        return kind
    }

    /// A P-256, P-384 or P-521 key from the raw bytes that swift-crypto gives.
    package static func ec(curve oid: OID, point: [UInt8]) throws(FormatError) -> SubjectPublicKeyInfo {
        try SubjectPublicKeyInfo(der: encoded(curve: oid, point: point))
    }

    /// A key whose algorithm has no parameters: Ed25519 or ML-DSA.
    package static func plain(_ algorithm: OID, _ key: [UInt8]) throws(FormatError) -> SubjectPublicKeyInfo {
        try SubjectPublicKeyInfo(der: encoded(algorithm, key))
    }

    /// An RSA key from modulus and public exponent, most significant byte first.
    package static func rsa(modulus: [UInt8], exponent: [UInt8]) throws(FormatError) -> SubjectPublicKeyInfo {
        try SubjectPublicKeyInfo(der: encoded(modulus: modulus, exponent: exponent))
    }

    private static func encoded(curve oid: OID, point: [UInt8]) -> [UInt8] {
        DERBytes.sequence(DERBytes.sequence(OIDs.ecPublicKey.der, oid.der), DERBytes.bitString(point))
    }

    private static func encoded(_ algorithm: OID, _ key: [UInt8]) -> [UInt8] {
        DERBytes.sequence(DERBytes.sequence(algorithm.der), DERBytes.bitString(key))
    }

    private static func encoded(modulus: [UInt8], exponent: [UInt8]) -> [UInt8] {
        let key = DERBytes.sequence(DERBytes.integer(unsigned: modulus), DERBytes.integer(unsigned: exponent))
        return DERBytes.sequence(DERBytes.sequence(OIDs.rsaEncryption.der, DERBytes.null), DERBytes.bitString(key))
    }

    /// The RSA numbers; nil for other kinds.
    package var rsa: RSAPublicKey? { kind.isRSA ? try? RSAPublicKey(der: keyBytes) : nil }

    /// SHA-1 of the key bits (RFC 5280 §4.2.1.2 method 1).
    package var keyIdentifier: [UInt8] { HashAlgorithm.sha1.digest(keyBytes) }

    /// Whether these are the only bytes that a certificate may say this key in (RFC 3279 §2.3.1, RFC 5480 §2, RFC 8410 §4): one key has one
    /// encoding and one key identifier, and nothing else travels in its algorithm's parameters.
    package var isCanonical: Bool {
        let canonical: [UInt8]? =
            switch kind {
            case .p256: Self.encoded(curve: OIDs.p256, point: keyBytes)
            case .p384: Self.encoded(curve: OIDs.p384, point: keyBytes)
            case .p521: Self.encoded(curve: OIDs.p521, point: keyBytes)
            case .ed25519: Self.encoded(OIDs.ed25519, keyBytes)
            case .mldsa65: Self.encoded(OIDs.mldsa65, keyBytes)
            case .mldsa87: Self.encoded(OIDs.mldsa87, keyBytes)
            case .rsa: rsa.map { Self.encoded(modulus: $0.modulus, exponent: $0.exponent) }
            case .unsupported: nil
            }
        return canonical == der
    }

    /// The kind, after the key was truly built: a point must lie on its curve, RSA numbers must be odd, at most 8192 bits and without a
    /// known weakness. A key that is not in its canonical form is refused.
    package func validatedKind() throws(FormatError) -> KeyKind { try validatedKind(ECDSAKey(point: keyBytes, curve: kind)) }

    /// - Parameter ecdsa: the key as a point of its curve.
    func validatedKind(_ ecdsa: ECDSAKey?) throws(FormatError) -> KeyKind {
        let isUsable =
            switch kind {
            case .p256, .p384, .p521: ecdsa != nil
            case .ed25519: !Self.smallOrder.contains(keyBytes) && (try? Curve25519.Signing.PublicKey(rawRepresentation: keyBytes)) != nil
            case .mldsa65: (try? MLDSA65.PublicKey(rawRepresentation: keyBytes)) != nil
            case .mldsa87: (try? MLDSA87.PublicKey(rawRepresentation: keyBytes)) != nil
            case .rsa: rsa?.isUsable ?? false
            case .unsupported: false
            }
        guard isUsable else { throw FormatError("public key", "not a usable key") }
        guard isCanonical else { throw FormatError("public key", "not in its canonical form") }
        if let weakness = rsa?.weakness { throw FormatError("public key", "\(weakness.rawValue)") }
        return kind
    }

    /// The encodings of the eight points of small order on Curve25519's twin, canonical or not: under such a key signatures verify that
    /// nobody made (Chalkias, Garillot, Nikolaenko: Taming the many EdDSAs, table 5).
    private static let smallOrder: Set<[UInt8]> = {
        let zeros = [UInt8](repeating: 0, count: 30)
        let ones = [UInt8](repeating: 0xFF, count: 30)
        let eighth: [[UInt8]] = [
            [UInt8](hex: "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"),
            [UInt8](hex: "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"),
        ].compactMap(\.self)
        let bases = [[0] + zeros + [0], [1] + zeros + [0], [0xEC] + ones + [0x7F], [0xED] + ones + [0x7F], [0xEE] + ones + [0x7F]] + eighth
        // The sign of x is the highest bit.
        return Set(bases + bases.map { $0.dropLast() + [($0.last ?? 0) | 0x80] })
    }()

    /// Whether `signature` is one over `message`; false when algorithm and key do not fit.
    package func isValidSignature(_ signature: [UInt8], over message: [UInt8], algorithm: SignatureAlgorithm) -> Bool {
        switch (kind, algorithm) {
        case (.p256, .ecdsaSHA1), (.p256, .ecdsaSHA256), (.p256, .ecdsaSHA384), (.p256, .ecdsaSHA512),
            (.p384, .ecdsaSHA1), (.p384, .ecdsaSHA256), (.p384, .ecdsaSHA384), (.p384, .ecdsaSHA512),
            (.p521, .ecdsaSHA1), (.p521, .ecdsaSHA256), (.p521, .ecdsaSHA384), (.p521, .ecdsaSHA512):
            ECDSAKey(point: keyBytes, curve: kind)?.isValidSignature(signature, over: message, hash: algorithm.hash ?? .sha256) ?? false
        case (.ed25519, .ed25519):
            (try? Curve25519.Signing.PublicKey(rawRepresentation: keyBytes))?.isValidSignature(signature, for: message) ?? false
        case (.mldsa65, .mldsa65):
            (try? MLDSA65.PublicKey(rawRepresentation: keyBytes))?.isValidSignature(signature, for: message) ?? false
        case (.mldsa87, .mldsa87):
            (try? MLDSA87.PublicKey(rawRepresentation: keyBytes))?.isValidSignature(signature, for: message) ?? false
        case (.rsa, .rsaSHA1), (.rsa, .rsaSHA256), (.rsa, .rsaSHA384), (.rsa, .rsaSHA512), (.rsa, .rsaPSS):
            VerificationKey(self).isValidSignature(signature, over: message, algorithm: algorithm)
        default: false
        }
    }

    package static func == (left: SubjectPublicKeyInfo, right: SubjectPublicKeyInfo) -> Bool { left.der == right.der }
    package func hash(into hasher: inout Hasher) { hasher.combine(der) }
}
