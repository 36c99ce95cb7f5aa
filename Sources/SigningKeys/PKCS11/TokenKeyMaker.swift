import CCryptoki
import PKIFormats

/// Has a token make a key pair that it never gives away (PKCS #11 §5.18.5): CKA_SENSITIVE, not CKA_EXTRACTABLE.
package struct TokenKeyMaker {
    private let uri: PKCS11URI

    package init(_ uri: PKCS11URI) { self.uri = uri }

    /// - Parameter decrypts: whether the key is to open messages too (a SCEP RA's); RSA alone can.
    /// - Returns: the new key, found again by its URI.
    /// - Throws: `KeyFailure`: the kind is none of a token's, the URI names a key that is there already, or what the token says.
    package func make(_ algorithm: KeyAlgorithm, decrypts: Bool) throws -> PKCS11Key {
        guard let label = uri.object else { throw KeyFailure(reason: "the pkcs11: URI names no new key: give object=") }
        var mechanism: CK_MECHANISM_TYPE
        var publicParts = Attributes()
        if let bits = algorithm.rsaBits {
            mechanism = CK_MECHANISM_TYPE(CKM_RSA_PKCS_KEY_PAIR_GEN)
            publicParts.add(CK_ATTRIBUTE_TYPE(CKA_MODULUS_BITS), number: CK_ULONG(bits))
            publicParts.add(CK_ATTRIBUTE_TYPE(CKA_PUBLIC_EXPONENT), [1, 0, 1])
            if decrypts { publicParts.add(CK_ATTRIBUTE_TYPE(CKA_ENCRYPT), true) }
        } else if let curve = algorithm.tokenCurve, !decrypts {
            mechanism = CK_MECHANISM_TYPE(CKM_EC_KEY_PAIR_GEN)
            publicParts.add(CK_ATTRIBUTE_TYPE(CKA_EC_PARAMS), curve.der)
        } else {
            throw KeyFailure(
                reason: decrypts
                    ? "only an RSA key decrypts: rsa2048, rsa3072 or rsa4096" : "tokens make p256, p384, p521, rsa2048, rsa3072 and rsa4096"
            )
        }
        var randomness = SystemRandomNumberGenerator()
        let id = uri.id ?? (0..<16).map { _ in UInt8.random(in: 0...255, using: &randomness) }
        var privateParts = Attributes()
        for type in [CKA_TOKEN, CKA_PRIVATE, CKA_SENSITIVE, CKA_SIGN] { privateParts.add(CK_ATTRIBUTE_TYPE(type), true) }
        privateParts.add(CK_ATTRIBUTE_TYPE(CKA_EXTRACTABLE), false)
        if decrypts { privateParts.add(CK_ATTRIBUTE_TYPE(CKA_DECRYPT), true) }
        for type in [CKA_TOKEN, CKA_VERIFY] { publicParts.add(CK_ATTRIBUTE_TYPE(type), true) }
        for (type, value) in [(CKA_LABEL, Array(label.utf8)), (CKA_ID, id)] {
            privateParts.add(CK_ATTRIBUTE_TYPE(type), value)
            publicParts.add(CK_ATTRIBUTE_TYPE(type), value)
        }
        do {
            try generate(mechanism, publicParts, privateParts, label: label)
        } catch let failure as CryptokiFailure {
            throw failure.reason
        }
        return try PKCS11Key(uri)
    }

    private func generate(_ mechanism: CK_MECHANISM_TYPE, _ publicParts: Attributes, _ privateParts: Attributes, label: String) throws {
        let module = try CryptokiModule.at(uri.module())
        let functions = module.functions
        let session = try module.openSession(of: uri, isWriting: true)
        defer { _ = functions.C_CloseSession(session) }
        for objectClass in [CKO_PRIVATE_KEY, CKO_PUBLIC_KEY] {
            var wanted = Attributes()
            wanted.add(CK_ATTRIBUTE_TYPE(CKA_CLASS), number: CK_ULONG(objectClass))
            wanted.add(CK_ATTRIBUTE_TYPE(CKA_LABEL), Array(label.utf8))
            var found: [CK_OBJECT_HANDLE] = [0]
            var count: CK_ULONG = 0
            try wanted.withTemplate { template, size in
                try module.check("C_FindObjectsInit", functions.C_FindObjectsInit(session, template, size))
            }
            let search = functions.C_FindObjects(session, &found, 1, &count)
            _ = functions.C_FindObjectsFinal(session)
            try module.check("C_FindObjects", search)
            guard count == 0 else { throw KeyFailure(reason: "the token has a key '\(label)' already: choose another object=") }
        }
        var chosen = CK_MECHANISM(mechanism: mechanism, pParameter: nil, ulParameterLen: 0)
        var publicKey: CK_OBJECT_HANDLE = 0
        var privateKey: CK_OBJECT_HANDLE = 0
        try publicParts.withTemplate { publicTemplate, publicSize in
            try privateParts.withTemplate { privateTemplate, privateSize in
                try module.check(
                    "C_GenerateKeyPair",
                    functions.C_GenerateKeyPair(
                        session, &chosen, publicTemplate, publicSize, privateTemplate, privateSize, &publicKey, &privateKey))
            }
        }
    }

    /// Attribute types and values, which a template of C points into.
    private struct Attributes {
        private var parts: [(type: CK_ATTRIBUTE_TYPE, value: [UInt8])] = []

        mutating func add(_ type: CK_ATTRIBUTE_TYPE, _ value: [UInt8]) { parts.append((type, value)) }
        mutating func add(_ type: CK_ATTRIBUTE_TYPE, _ flag: Bool) { parts.append((type, [flag ? 1 : 0])) }
        mutating func add(_ type: CK_ATTRIBUTE_TYPE, number: CK_ULONG) { parts.append((type, withUnsafeBytes(of: number) { Array($0) })) }

        /// One buffer holds all values, so that all pointers live as long as the call.
        func withTemplate<Result>(_ body: (UnsafeMutablePointer<CK_ATTRIBUTE>?, CK_ULONG) throws -> Result) throws -> Result {
            var values = parts.flatMap(\.value)
            return try values.withUnsafeMutableBytes { buffer in
                var offset = 0
                var template = parts.map { type, value in
                    defer { offset += value.count }
                    return CK_ATTRIBUTE(type: type, pValue: buffer.baseAddress?.advanced(by: offset), ulValueLen: CK_ULONG(value.count))
                }
                return try template.withUnsafeMutableBufferPointer { try body($0.baseAddress, CK_ULONG($0.count)) }
            }
        }
    }
}

extension KeyAlgorithm {
    /// The curve of a key that a token makes.
    fileprivate var tokenCurve: OID? {
        switch self {
        case .p256: OIDs.p256
        case .p384: OIDs.p384
        case .p521: OIDs.p521
        case .rsa2048, .rsa3072, .rsa4096, .ed25519, .mldsa65, .mldsa87: nil
        }
    }
}
