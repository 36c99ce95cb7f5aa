import Crypto
import PKIFormats

/// A private key in the memory of this process.
package struct SoftwareKey: SigningKey {
    package let publicKey: SubjectPublicKeyInfo
    package let defaultAlgorithm: SignatureAlgorithm
    /// Nil for ML-DSA, which OpenSSL 3.0 does not know.
    let handle: PrivateKeyHandle?
    private let signer: Signer

    /// Curves sign faster in swift-crypto than in OpenSSL, RSA slower.
    private enum Signer: Sendable {
        case p256(P256.Signing.PrivateKey)
        case p384(P384.Signing.PrivateKey)
        case p521(P521.Signing.PrivateKey)
        case ed25519(Curve25519.Signing.PrivateKey)
        case rsa(PrivateKeyHandle)
        case lattice(LatticeKey)
    }

    /// RSA keys take from tenths of a second to seconds: call from a `WorkPool` while serving.
    package static func generate(_ algorithm: KeyAlgorithm) throws -> SoftwareKey {
        if let key = try LatticeKey.generate(algorithm) { return try SoftwareKey(key) }
        return try SoftwareKey(PrivateKeyHandle.generate(algorithm))
    }

    /// Reads PKCS #8 (encrypted, PBES2 by PBKDF2 or scrypt) or the older encrypted forms of OpenSSL.
    package init(encryptedPEM: String, passphrase: String) throws {
        try self.init(pem: encryptedPEM, secret: passphrase)
    }

    /// Reads an unencrypted private key; an encrypted one is an error.
    package init(pem: String) throws {
        try self.init(pem: pem, secret: nil)
    }

    private init(pem: String, secret: String?) throws {
        do {
            if let structure = try PKCS8.read(pem: pem, passphrase: secret) {
                if let key = try LatticeKey(pkcs8: structure) {
                    try self.init(key)
                } else {
                    try self.init(PrivateKeyHandle(pkcs8: structure))
                }
            } else {
                try self.init(PrivateKeyHandle.read(pem: pem, passphrase: secret))
            }
        } catch let error as FormatError {
            throw KeyFailure(reason: "not a private key: \(error)")
        }
    }

    private init(_ key: LatticeKey) throws {
        handle = nil
        publicKey = try key.publicKey()
        signer = .lattice(key)
        switch key {
        case .mldsa65: defaultAlgorithm = .mldsa65
        case .mldsa87: defaultAlgorithm = .mldsa87
        }
    }

    /// Reads the private key of a PKCS #12 file.
    package init(pkcs12: [UInt8], passphrase: String) throws {
        try self.init(PrivateKeyHandle.read(pkcs12: pkcs12, passphrase: passphrase))
    }

    private init(_ handle: PrivateKeyHandle) throws {
        self.handle = handle
        publicKey = try handle.publicKey()
        switch publicKey.kind {
        case .p256: (signer, defaultAlgorithm) = (.p256(try .init(rawRepresentation: handle.scalar(count: 32))), .ecdsaSHA256)
        case .p384: (signer, defaultAlgorithm) = (.p384(try .init(rawRepresentation: handle.scalar(count: 48))), .ecdsaSHA384)
        case .p521: (signer, defaultAlgorithm) = (.p521(try .init(rawRepresentation: handle.scalar(count: 66))), .ecdsaSHA512)
        case .ed25519: (signer, defaultAlgorithm) = (.ed25519(try .init(rawRepresentation: handle.rawSecret())), .ed25519)
        case .rsa(let bits, _):
            guard (2048...8192).contains(bits) else { throw KeyFailure(reason: "RSA keys must have 2048 to 8192 bits") }
            (signer, defaultAlgorithm) = (.rsa(handle), .rsaSHA256)
        case .mldsa65, .mldsa87, .unsupported: throw KeyFailure(reason: "an unsupported kind of key")
        }
    }

    /// PKCS #8, AES-256-CBC under PBKDF2 with HMAC-SHA-256. The passphrase has 4 to 1000 bytes.
    package func encryptedPEM(passphrase: String) throws -> String { try PKCS8.pem(pkcs8(), passphrase: passphrase) }

    /// PKCS #8 in the clear: only to hand a TLS key to the TLS library, in memory.
    package func unencryptedPEM() throws -> String { try PKCS8.pem(pkcs8(), passphrase: nil) }

    private func pkcs8() throws -> [UInt8] {
        if case .lattice(let key) = signer { return key.pkcs8 }
        guard let handle else { throw KeyFailure(reason: "cannot write the private key") }
        return try handle.pkcs8()
    }

    package func sign(_ message: [UInt8], algorithm: SignatureAlgorithm) async throws -> [UInt8] {
        switch (signer, algorithm) {
        case (.p256, .ecdsaSHA256), (.p384, .ecdsaSHA256), (.p521, .ecdsaSHA256): try ecdsa(SHA256.hash(data: message))
        case (.p256, .ecdsaSHA384), (.p384, .ecdsaSHA384), (.p521, .ecdsaSHA384): try ecdsa(SHA384.hash(data: message))
        case (.p256, .ecdsaSHA512), (.p384, .ecdsaSHA512), (.p521, .ecdsaSHA512): try ecdsa(SHA512.hash(data: message))
        case (.ed25519(let key), .ed25519): Array(try key.signature(for: message))
        case (.rsa(let key), .rsaSHA1), (.rsa(let key), .rsaSHA256), (.rsa(let key), .rsaSHA384), (.rsa(let key), .rsaSHA512),
            (.rsa(let key), .rsaPSS):
            try await WorkPool.shared.run { try key.signRSA(message, algorithm) }
        case (.lattice(let key), defaultAlgorithm): try await WorkPool.shared.run { try key.sign(message) }
        default: throw KeyFailure(reason: "a \(publicKey.kind) key cannot sign with \(algorithm)")
        }
    }

    private func ecdsa(_ digest: some Digest) throws -> [UInt8] {
        let fixed =
            switch signer {
            case .p256(let key): try key.signature(for: digest).rawRepresentation
            case .p384(let key): try key.signature(for: digest).rawRepresentation
            case .p521(let key): try key.signature(for: digest).rawRepresentation
            case .ed25519, .rsa, .lattice: throw KeyFailure(reason: "a \(publicKey.kind) key makes no ECDSA signature")
            }
        return ECDSASignatureValue.der(fixed.octets)
    }
}
