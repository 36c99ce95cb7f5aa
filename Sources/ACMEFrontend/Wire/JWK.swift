import Crypto
import PKIFormats

/// A public account key (RFC 7517, RFC 7518 §6, RFC 8037 §2), checked: right lengths, on its curve, RSA of 2048 to 4096 bits.
package struct JWK: Sendable, Hashable {
    /// The kinds of account key that are accepted, with their parameters.
    package enum Kind: Sendable, Hashable {
        case p256(x: [UInt8], y: [UInt8])
        case p384(x: [UInt8], y: [UInt8])
        case p521(x: [UInt8], y: [UInt8])
        case rsa(n: [UInt8], e: [UInt8])
        case ed25519(x: [UInt8])
    }

    package let kind: Kind
    package let publicKey: SubjectPublicKeyInfo
    /// base64url(SHA-256(canonical)) (RFC 7638).
    package let thumbprint: String
    /// What nearly all accounts have, decoded once.
    private let p256: P256.Signing.PublicKey?

    package init(_ kind: Kind) throws(FormatError) {
        self.kind = kind
        publicKey = try JWKPublicKey.spki(of: kind)
        thumbprint = Base64URL.encode(HashAlgorithm.sha256.digest(Array(kind.canonical.utf8)))
        if case .p256(let x, let y) = kind { p256 = try? P256.Signing.PublicKey(rawRepresentation: x + y) } else { p256 = nil }
    }

    package static func == (one: JWK, other: JWK) -> Bool { one.kind == other.kind }

    package func hash(into hasher: inout Hasher) { hasher.combine(kind) }

    /// The members RFC 7638 asks for, in lexicographic order, nothing else. Also the form that is stored.
    package var canonical: String { kind.canonical }

    /// The one algorithm this key signs with: the key decides, never the header alone.
    package var algorithm: JWSAlgorithm {
        switch kind {
        case .p256: .es256
        case .p384: .es384
        case .p521: .es512
        case .rsa: .rs256
        case .ed25519: .edDSA
        }
    }

    /// Whether `signature` (raw R‖S for EC) is this key's over `message`.
    package func isValid(signature: [UInt8], over message: [UInt8]) -> Bool {
        switch kind {
        case .p256:
            guard let key = p256, let value = try? P256.Signing.ECDSASignature(rawRepresentation: signature) else { return false }
            return key.isValidSignature(value, for: SHA256.hash(data: message))
        case .p384:
            guard let key = try? P384.Signing.PublicKey(x963Representation: publicKey.keyBytes),
                let value = try? P384.Signing.ECDSASignature(rawRepresentation: signature)
            else { return false }
            return key.isValidSignature(value, for: SHA384.hash(data: message))
        case .p521:
            guard let key = try? P521.Signing.PublicKey(x963Representation: publicKey.keyBytes),
                let value = try? P521.Signing.ECDSASignature(rawRepresentation: signature)
            else { return false }
            return key.isValidSignature(value, for: SHA512.hash(data: message))
        case .ed25519(let x):
            guard let key = try? Curve25519.Signing.PublicKey(rawRepresentation: x) else { return false }
            return key.isValidSignature(signature, for: message)
        case .rsa:
            return publicKey.isValidSignature(signature, over: message, algorithm: .rsaSHA256)
        }
    }
}

extension JWK.Kind {
    fileprivate var canonical: String {
        func text(_ bytes: [UInt8]) -> String { Base64URL.encode(bytes) }
        return switch self {
        case .p256(let x, let y): #"{"crv":"P-256","kty":"EC","x":"\#(text(x))","y":"\#(text(y))"}"#
        case .p384(let x, let y): #"{"crv":"P-384","kty":"EC","x":"\#(text(x))","y":"\#(text(y))"}"#
        case .p521(let x, let y): #"{"crv":"P-521","kty":"EC","x":"\#(text(x))","y":"\#(text(y))"}"#
        case .rsa(let n, let e): #"{"e":"\#(text(e))","kty":"RSA","n":"\#(text(n))"}"#
        case .ed25519(let x): #"{"crv":"Ed25519","kty":"OKP","x":"\#(text(x))"}"#
        }
    }
}
