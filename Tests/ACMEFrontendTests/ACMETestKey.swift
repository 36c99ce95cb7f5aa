import ACMEWire
import Crypto
import Foundation
import PKIFormats
import SigningKeys

/// A client's private key, of each kind that an account may have.
enum ACMETestKey: Sendable {
    case p256(P256.Signing.PrivateKey)
    case p384(P384.Signing.PrivateKey)
    case p521(P521.Signing.PrivateKey)
    case ed25519(Curve25519.Signing.PrivateKey)
    case rsa(SoftwareKey)

    static func fresh() -> ACMETestKey { .p256(P256.Signing.PrivateKey()) }

    var algorithm: String {
        switch self {
        case .p256: "ES256"
        case .p384: "ES384"
        case .p521: "ES512"
        case .ed25519: "EdDSA"
        case .rsa: "RS256"
        }
    }

    /// The public key as a JSON object.
    var jwk: [String: String] {
        func point(_ curve: String, _ raw: some Sequence<UInt8>) -> [String: String] {
            let bytes = Array(raw)
            return [
                "kty": "EC", "crv": curve, "x": Base64URL.encode(bytes.prefix(bytes.count / 2)),
                "y": Base64URL.encode(bytes.suffix(bytes.count / 2)),
            ]
        }
        return switch self {
        case .p256(let key): point("P-256", key.publicKey.rawRepresentation)
        case .p384(let key): point("P-384", key.publicKey.rawRepresentation)
        case .p521(let key): point("P-521", key.publicKey.rawRepresentation)
        case .ed25519(let key): ["kty": "OKP", "crv": "Ed25519", "x": Base64URL.encode(key.publicKey.rawRepresentation)]
        case .rsa(let key):
            [
                "kty": "RSA", "n": Base64URL.encode(key.publicKey.rsa?.modulus ?? []),
                "e": Base64URL.encode(key.publicKey.rsa?.exponent ?? []),
            ]
        }
    }

    /// Raw R‖S for EC, PKCS #1 for RSA.
    func sign(_ message: [UInt8]) async throws -> [UInt8] {
        switch self {
        case .p256(let key): Array(try key.signature(for: SHA256.hash(data: message)).rawRepresentation)
        case .p384(let key): Array(try key.signature(for: SHA384.hash(data: message)).rawRepresentation)
        case .p521(let key): Array(try key.signature(for: SHA512.hash(data: message)).rawRepresentation)
        case .ed25519(let key): Array(try key.signature(for: message))
        case .rsa(let key): try await key.sign(message, algorithm: .rsaSHA256)
        }
    }

    /// base64url of the SHA-256 of the canonical JWK (RFC 7638), computed by the client's own means.
    var thumbprint: String {
        let members = jwk.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }.joined(separator: ",")
        return Base64URL.encode(SHA256.hash(data: Array("{\(members)}".utf8)))
    }
}
